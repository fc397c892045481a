import type { Bent } from './world.ts';

/** A bug as it might be written one day, and the words in which the simulation must complain of it. */
export interface PlantedBug {
  readonly bug: string;
  readonly bent: Bent;
  readonly found: RegExp;
}

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
];
