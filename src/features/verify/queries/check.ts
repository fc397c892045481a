/** The promises of the design, by number. */
export const invariants = {
  I1: 'A place has at most one live ticket and is sold at most once',
  I2: 'Available, held, reserved, sold and cancelled add up to what was minted',
  I3: 'A hold ends once: released, expired or converted',
  I4: 'Captured money means tickets issued, or a refund recorded',
  I5: 'One charge per purchase, however often the client retries',
  I6: 'Every change of a booking or ticket is an event with actor, correlation id and time',
  I7: 'An acknowledged purchase survives',
  I8: 'Sold out is only said when nothing is claimable',
  I9: 'Nobody touches another organiser’s or another buyer’s data',
  I10: 'Counters may lag behind tickets, never disagree with them',
  I11: 'Nobody gets more tickets, and no code more uses, than the limit says',
} as const;

export type Invariant = keyof typeof invariants;

/**
 * One question to the database. `sql` selects what breaks the promise: one row per fault, its columns being what a
 * person needs to find it; no row means all is well. It only reads, and must hold at every commit, also in the middle of a sale.
 */
export interface Check {
  readonly invariant: Invariant;
  /** Stable, kebab-case: what a program or a test decides by. */
  readonly name: string;
  /** Its name in the version before, for one version. */
  readonly formerly?: string;
  readonly claim: string;
  readonly sql: string;
}
