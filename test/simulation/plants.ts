import type { Fence } from '../../src/platform/ownership/ownership.ts';
import type { Statement } from '../../src/platform/postgres/database.ts';
import { type Bent, type Sellers, worldStart } from './world.ts';

/** A bug as it might be written one day, and the words in which the simulation must complain of it. */
export interface PlantedBug {
  readonly bug: string;
  readonly bent: Bent;
  readonly found: RegExp;
  readonly sellers?: Sellers;
}

const fenceOfSlot = 's.slot = f.slot AND s.process_id = f.process_id AND s.fence = f.fence';

/** A first commit, or a journal, that asks who owns no more. */
function unfenced(isMeant: (statement: Statement) => boolean): Bent {
  return {
    rewrite: (statement) =>
      isMeant(statement) ? { text: statement.text.replace(fenceOfSlot, 's.slot = f.slot') } : statement,
  };
}

/** A kind of world in which processes are stopped often and long, and nothing else fails. */
const stops = { processes: 3, troubleRate: 0.15, faultRate: 0, crashRate: 0, staffRate: 0, holdMinutes: 15 } as const;

/** Another text for statements that hold `part`. */
function rewriting(part: string, other: string): Bent {
  return {
    rewrite: (statement) =>
      // Without its name: the connection has the true text prepared under it.
      statement.text.includes(part) ? { text: statement.text.replaceAll(part, other) } : statement,
  };
}

const laggingMs = 5_000;

export const bugs: readonly PlantedBug[] = [
  {
    bug: 'a sale that is acknowledged and was never written',
    bent: { lie: ({ name }) => (name === 'booking-complete' ? [] : undefined) },
    found: /is lost|never come to an end|has no outcome/,
  },
  {
    bug: 'a hold that outlives its deadline, because a clock falls behind',
    bent: {
      clock(clock) {
        const lagsFrom = clock.now() + 60_000;
        return { ...clock, now: () => clock.now() - (clock.now() > lagsFrom ? laggingMs : 0) };
      },
    },
    found: /after its end/,
  },
  {
    bug: 'a journal that forgets the holds it was passed',
    bent: {
      rewrite: (statement) =>
        statement.text.includes('INSERT INTO hold_journal')
          ? { text: 'SELECT $1::text[], $2::int[], $3::json[], $4::timestamptz[]' }
          : statement,
      weather: { crashRate: 0.1, faultRate: 0, staffRate: 0, holdMinutes: 15 },
    },
    found: /is over before its deadline/,
  },
  {
    bug: '“sold out” while places are free',
    bent: rewriting(`CASE WHEN status = 'Available' THEN`, `CASE WHEN status = 'Available' AND place_no % 5 <> 2 THEN`),
    found: /the ledger says .* the database|heard "sold out", yet/,
  },
  {
    bug: 'a first commit without its fence',
    sellers: 'together',
    bent: {
      ...unfenced(({ name }) => name?.startsWith('booking-reserve') ?? false),
      weather: { ...stops, clocks: 'wild' },
    },
    found: /a first commit is written under a fence that the event is not under/,
  },
  {
    bug: 'a journal without its fence',
    sellers: 'together',
    bent: { ...unfenced(({ name }) => name === 'fences-state'), weather: { ...stops, clocks: 'wild' } },
    found: /does not own the event writes to the journal/,
  },
  {
    bug: 'a ledger that was read before its event was claimed',
    sellers: 'together',
    bent: {
      ownership(ownership) {
        const fenceOf = ownership.fenceOf;
        const kept = new Map<number, Fence>();
        // The same one whenever the slot comes back: what is in memory of it counts again.
        ownership.fenceOf = (eventId) => {
          const fence = fenceOf(eventId);
          if (!fence) return null;
          const one = kept.get(fence.slot) ?? { ...fence };
          kept.set(fence.slot, Object.assign(one, fence));
          return one;
        };
        ownership.onLost = () => {};
      },
      weather: { ...stops, processes: 2, clocks: 'right' },
    },
    found:
      /gives away ticket|is over before its deadline|the ledger says .* the database|is still alive after its end|are taken/,
  },
  {
    bug: 'a lease that is believed in for longer than it lasts',
    sellers: 'together',
    bent: {
      leaseClock: (clock) => ({
        measure: () => clock.measure() / 5,
        now: () => worldStart + (clock.now() - worldStart) / 5,
      }),
      weather: { ...stops, clocks: 'right' },
    },
    found: /decides under fence/,
  },
  {
    bug: 'a process that goes on after a stop without a look at its lease',
    sellers: 'together',
    bent: {
      leaseClock(clock) {
        // Neither of its clocks has noticed: what passes between two looks at them is a stop.
        let [asleepMs, seen] = [0, clock.measure()];
        const asleep = () => {
          const now = clock.measure();
          if (now - seen > 250) asleepMs += now - seen;
          seen = now;
          return asleepMs;
        };
        return { measure: () => clock.measure() - asleep(), now: () => clock.now() - asleep() };
      },
      weather: { ...stops, clocks: 'right' },
    },
    found: /decides under fence/,
  },
];
