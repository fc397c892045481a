import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StartRefused } from '../../../platform/start-refused.ts';
import type { Entry } from './history.ts';
import { readHistory, writeHistory } from './history-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'onsale-history-'));
after(() => rm(folder, { recursive: true }));

const head = { eventId: 1, holdMs: 60_000, free: { 7: 3 } };
const call: Entry = { client: 'B1', kind: 'hold', said: 'done', hold: 'H1', places: ['A'], from: 10, until: 20 };

test('a history is read as it was written, with the faults that an operator added meanwhile', async () => {
  const file = join(folder, 'sale.jsonl');
  const notes = writeHistory(file, head);
  notes.note(call);
  await appendFile(file, '{"fault":"2026-11-30T15:00:00.000Z"}\n');
  notes.note({ ...call, said: 'unknown', hold: null, until: null });
  await notes.close();
  await appendFile(file, '{"fault":"2026-11-30T15:00:00.000Z","until":"2026-11-30T15:00:10.000Z"}\n');
  const { entries, faults, capacity, holdMs } = await readHistory(file);
  const origin = Math.round(performance.timeOrigin);
  assert.equal(entries.length, 2);
  assert.deepEqual({ ...entries[0], from: 0, until: 0 }, { ...call, from: 0, until: 0 });
  assert.ok(Math.abs(entries[0]!.from - origin - 10) <= 1 && entries[0]!.until! - entries[0]!.from === 10);
  assert.equal(entries[1]!.until, null);
  assert.deepEqual(
    faults.map(({ from, until }) => until - from),
    [0, 10_000],
  );
  assert.deepEqual([[...capacity], holdMs], [[[7, 3]], 60_000]);
});

for (const [what, text, pattern] of [
  ['no JSON', `${JSON.stringify({ sale: head })}\n{"kind":`, /: line 2 is no line of a history\.$/],
  ['no call', `${JSON.stringify({ sale: head })}\n{"kind":"dance"}`, /: line 2 is no line of a history\.$/],
  ['a fault at no time', '{"fault":"soon"}', /: line 1 is no line of a history\.$/],
  ['no first line', '', /does not say which sale it is of/],
] as const) {
  test(`a file with ${what} is refused in one line`, async () => {
    const file = join(folder, 'wrong.jsonl');
    await writeFile(file, text);
    await assert.rejects(
      () => readHistory(file),
      (error: Error) => error instanceof StartRefused && pattern.test(error.message),
    );
  });
}
