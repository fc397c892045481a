import { appendFileSync } from 'node:fs';
import { beforeEach, getTestContext, type SuiteContext, type TestContext } from 'node:test';
import type { Need } from './need.ts';

/** Whether tests that need only the wire speak to a server that listens: `npm test -- --by-url`, or ONSALE_TEST_URL. */
export const goesByUrl = process.env.ONSALE_TEST_BY_URL === '1' || process.env.ONSALE_TEST_URL !== undefined;

/** Options of a test, or of a describe, that needs more than the wire. Where tests go by URL it is skipped. */
export function needs(...named: readonly [Need, ...Need[]]): { tags: string[]; skip: string | false } {
  return { tags: [...named], skip: goesByUrl && `needs ${named.join(', ')}` };
}

const isApiTest = /[\\/]test[\\/]api[\\/]/.test(process.argv[1] ?? '');
/** What the file itself, or a hook of the file, has used: all of its tests need it. */
const ofFile = new Set<Need>();

if (isApiTest)
  beforeEach((context) => {
    for (const need of ofFile) if (!has(context, need)) refuse(need, context);
  });

/** Notes that the running test uses this. Throws if neither it nor a describe around it says so. */
export function claim(need: Need): void {
  if (!isApiTest) return;
  const context = getTestContext();
  if (context === undefined || context.name === '<root>') ofFile.add(need);
  else if (!has(context, need)) refuse(need, context);
}

function has(context: TestContext | SuiteContext, need: Need): boolean {
  return (context as TestContext).tags.includes(need);
}

function refuse(need: Need, context: TestContext | SuiteContext): void {
  if (process.env.ONSALE_TEST_DISCOVER) {
    const { fullName } = context;
    appendFileSync(
      process.env.ONSALE_TEST_DISCOVER,
      `${JSON.stringify({ entry: process.argv[1], fullName, need, stack: new Error().stack })}\n`,
    );
    return;
  }
  throw new Error(`This test needs more than the wire without saying so: needs('${need}')`);
}

const guarded = new WeakMap<object, object>();

/** The same object, but whoever touches a member of it claims what `needOf` says. */
export function guard<Part extends object>(part: Part, needOf: (member: string) => Need | null): Part {
  const proxy = new Proxy(part, {
    get(target, member) {
      const need = typeof member === 'string' && member !== 'then' ? needOf(member) : null;
      if (need !== null) claim(need);
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  guarded.set(proxy, part);
  return proxy;
}

/** What `guard` was called with, for those who put an app together; anything else is answered as it is. */
export function unguarded<Part extends object>(part: Part): Part {
  return (guarded.get(part) ?? part) as Part;
}
