import { randomUUID } from 'node:crypto';
import type { Fence, Ownership } from '../../src/platform/ownership/ownership.ts';
import { createPostgresLeaseRows } from '../../src/platform/ownership/postgres-lease-rows.ts';
import { slotOf } from '../../src/platform/ownership/slots.ts';
import type { ConnectionSettings, Queryable, Transacting } from '../../src/platform/postgres/database.ts';
import { type BareShow, insertShow } from './bare-show.ts';

/** The processes that a test makes up, as far as they own slots: by the rows that real ones write. */
export interface SlotOwners {
  /** A new process takes these slots, and whoever had one of them is dead. Waits for commits under way, a second at most. */
  takeSlots(slots: readonly number[]): Promise<readonly Fence[]>;
  /** The same with the slot of an event; answers what the new owner decides under. */
  takeOver(eventId: number): Promise<Fence>;
  /** An ownership whose every event is under the fence that was taken last; until then, of nobody. */
  readonly ownership: Ownership;
  /** Its fences of this moment, whatever the rows say later: what a process believes that has slept. */
  believe(fence: Fence): void;
}

export function slotOwners({
  database,
  connection,
}: {
  readonly database: { readonly bypassingRls: Transacting };
  readonly connection: ConnectionSettings;
}): SlotOwners {
  const { bypassingRls } = database;
  const rows = createPostgresLeaseRows({ connection, bypassingRls });
  const believed = new Map<number, Fence>();

  async function takeSlots(slots: readonly number[]): Promise<readonly Fence[]> {
    const processId = randomUUID();
    await rows.join({ processId, address: '127.0.0.1:1', roles: ['booking'], version: 'test' });
    await bypassingRls.query(
      `UPDATE processes SET state = 'dead' WHERE process_id IN (SELECT process_id FROM slots WHERE slot = ANY($1::smallint[]))`,
      [slots],
    );
    const claimed = await rows.claim(processId, slots);
    return claimed.map(({ slot, fence }) => ({ slot, processId, fence }));
  }

  return {
    takeSlots,
    async takeOver(eventId) {
      const [fence] = await takeSlots([slotOf(eventId)]);
      return fence!;
    },
    ownership: {
      fenceOf: (eventId) => believed.get(slotOf(eventId)) ?? null,
      ownerOf: () => null,
      untilOwned: async () => true,
      onLost() {},
      beforeHandOver() {},
    },
    believe: (fence) => void believed.set(fence.slot, fence),
  };
}

/** Shows that all lie in different slots. */
export async function showsInSlots(database: Queryable, count: number, places = 1): Promise<BareShow[]> {
  const shows = new Map<number, BareShow>();
  while (shows.size < count) {
    const show = await insertShow(database, places);
    if (!shows.has(slotOf(show.eventId))) shows.set(slotOf(show.eventId), show);
  }
  return [...shows.values()];
}
