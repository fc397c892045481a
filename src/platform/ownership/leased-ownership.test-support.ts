import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { type Clock, systemClock } from '../clock/clock.ts';
import type { HeldSlot, LeaseRows } from './lease-rows.ts';
import { createLeasedOwnership } from './leased-ownership.ts';
import type { LeasedOwnership } from './leased-ownership-parts.ts';
import { createPostgresLeaseRows } from './postgres-lease-rows.ts';

export const { database, connection } = await createTestDatabase();
export const rowsOf = () => createPostgresLeaseRows({ connection, bypassingRls: database.bypassingRls });
export const begun: LeasedOwnership[] = [];

/** Who does not reach whom, each by its number: `1>2`. */
export const cuts = new Set<string>();
let processesBegun = 0;

afterEach(async () => {
  cuts.clear();
  for (const one of begun.splice(0)) await one.leave().catch(() => {});
  await database.query(`UPDATE processes SET state = 'dead'`);
});

export interface Made {
  /** In {@link cuts}. */
  readonly no: number;
  readonly ownership: LeasedOwnership;
  readonly failures: string[];
  readonly moved: string[];
  /** How often it heard that another one died. */
  died(): number;
}

export async function begin(options: { clock?: Clock; roles?: string[]; rows?: LeaseRows } = {}): Promise<Made> {
  const failures: string[] = [];
  const moved: string[] = [];
  const no = ++processesBegun;
  let died = 0;
  const ownership = createLeasedOwnership({
    rows: options.rows ?? rowsOf(),
    clock: options.clock ?? systemClock,
    process: { address: `127.0.0.1:${no}`, roles: options.roles ?? ['booking'], version: 'test' },
    reaches: async ({ address }) => !cuts.has(`${no}>${address.split(':')[1]}`),
    poke: (processes) => {
      const ids = new Set(processes.map(({ processId }) => processId));
      for (const one of begun) if (ids.has(one.processId)) void one.look().catch(() => {});
    },
    onFailure: (what, error) => failures.push(`${what}: ${error}`),
    onMoved: (how, slots) => moved.push(`${how} ${slots}`),
    onOtherDied: () => {
      died += 1;
    },
  });
  begun.push(ownership);
  await ownership.start();
  return { no, ownership, failures, moved, died: () => died };
}

/** An event of each slot. */
export const events = Array.from({ length: 5_000 }, (_, at) => at + 1);
export const owned = ({ ownership }: Made) => events.filter((eventId) => ownership.fenceOf(eventId) !== null);

export function heldBy({ slots }: Awaited<ReturnType<LeaseRows['look']>>, { ownership }: Made): HeldSlot[] {
  return slots.filter(({ processId }) => processId === ownership.processId);
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail(`${what}: not within twenty seconds`);
}

/** Time as it goes for whoever waits for little else: what takes seconds takes fractions of them. */
export const quick: Clock = {
  ...systemClock,
  measure: () => systemClock.measure() * 8,
  after: (ms, task) => systemClock.after(ms / 8, task),
};

/** The number of the process that begins next. */
export const nextNo = () => processesBegun + 1;
