import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allNeeds } from './need.ts';

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly entryFile?: string;
    readonly tags?: readonly string[];
    readonly details?: { readonly type?: string };
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A reporter of `node --test`: says at the end how many of the API tests that ran need only the wire. */
export default async function* tally(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let all = 0;
  let wire = 0;
  for await (const { type, data } of source) {
    const { entryFile, tags = [], details } = data;
    if ((type !== 'test:pass' && type !== 'test:fail') || details?.type === 'suite' || !entryFile) continue;
    if (!relative(root, entryFile).startsWith('test/api/')) continue;
    all += 1;
    if (!allNeeds.some((need) => tags.includes(need))) wire += 1;
  }
  if (all > 0) yield `${wire} of ${all} API tests need only the wire (${Math.round((100 * wire) / all)} %)\n`;
}
