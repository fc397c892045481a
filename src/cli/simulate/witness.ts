/** A purchase that the server acknowledged, as its buyer remembers it. */
export interface Acknowledged {
  readonly bookingId: string;
  /** The headers that say whose it is. */
  readonly owner: Readonly<Record<string, string>>;
  readonly totalPrice: number;
  readonly tickets: readonly { readonly ticketId: string; readonly ticketNumber: string }[];
}

export interface SeenHold {
  readonly reservationId: string;
  readonly ticketIds: readonly string[];
  /** The names of its places in a history. */
  readonly places: readonly string[];
  readonly ticketTypeIds: readonly number[];
  /** When the request left and when its answer came. */
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly seconds: number;
}

export interface Contradiction {
  readonly check: WitnessCheck;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What the crowd together can see, whatever the database says. */
export const witnessChecks = {
  'one-hold-at-a-time': 'No ticket was held by two buyers at the same time',
  'one-buyer-per-ticket': 'No ticket was sold to two buyers',
  'one-booking-per-key': 'A purchase that is sent twice with one key is one booking',
  'sold-out-is-true': 'Nobody could hold or buy what another had heard is sold out',
  'refusal-counts-right': 'Nobody was refused for want of places while there were enough',
  'hold-lasts': 'No hold was lost before its time',
  'late-is-late': 'No hold could be bought after its time',
  'payments-end': 'Every payment came to an end within two minutes',
} as const;
export type WitnessCheck = keyof typeof witnessChecks;

const neverEnds = Number.POSITIVE_INFINITY;
/** Clocks of two requests are read a moment apart. */
const slackMs = 50;
const keptPerCheckMax = 100;

/**
 * Watches what the server answers all buyers and notices when two answers cannot both be true. Only what is certain
 * counts: an answer is believed from when it came, a request from when it left.
 */
export function createWitness() {
  const holdOf = new Map<string, { reservationId: string; from: number; until: number }>();
  const buyerOf = new Map<string, string>();
  const bookingOf = new Map<string, string>();
  const soldOutSince = new Map<number, number>();
  const acknowledged: Acknowledged[] = [];
  const contradictions: Contradiction[] = [];
  const counts = new Map<WitnessCheck, number>();

  function contradict(check: WitnessCheck, facts: Record<string, unknown>): void {
    const count = (counts.get(check) ?? 0) + 1;
    counts.set(check, count);
    if (count <= keptPerCheckMax) contradictions.push({ check, facts });
  }

  function checkNotSoldOut(ticketTypeIds: readonly number[], sentAt: number, facts: Record<string, unknown>): void {
    for (const ticketTypeId of new Set(ticketTypeIds)) {
      const since = soldOutSince.get(ticketTypeId);
      if (since !== undefined && sentAt > since) {
        contradict('sold-out-is-true', { ...facts, ticketTypeId, laterByMs: Math.round(sentAt - since) });
      }
    }
  }

  return {
    acknowledged: acknowledged as readonly Acknowledged[],
    contradictions: contradictions as readonly Contradiction[],
    counts: counts as ReadonlyMap<WitnessCheck, number>,
    contradict,
    held(hold: SeenHold): void {
      const { reservationId, sentAt, answeredAt } = hold;
      for (const ticketId of hold.ticketIds) {
        const other = holdOf.get(ticketId);
        // Certain overlap: the other had the answer of its hold before this one was asked for, and it still had time left
        // when this answer came.
        const overlaps = other && other.from < sentAt && other.until - slackMs > answeredAt;
        if (overlaps && other.reservationId !== reservationId) {
          contradict('one-hold-at-a-time', { ticketId, first: other.reservationId, second: reservationId });
        }
        holdOf.set(ticketId, { reservationId, from: answeredAt, until: sentAt + hold.seconds * 1000 });
      }
      checkNotSoldOut(hold.ticketTypeIds, sentAt, { reservationId });
    },
    /** The buyer asks to give it back: from now on others may have it. */
    released(hold: SeenHold): void {
      for (const ticketId of hold.ticketIds) {
        if (holdOf.get(ticketId)?.reservationId === hold.reservationId) holdOf.delete(ticketId);
      }
    },
    /** `firstSentAt`: when this purchase was first sent, before any retry. */
    bought(hold: SeenHold, purchase: Acknowledged, firstSentAt: number): void {
      const { bookingId, tickets } = purchase;
      const known = bookingOf.get(hold.reservationId);
      if (known !== undefined) {
        if (known !== bookingId)
          contradict('one-booking-per-key', { reservationId: hold.reservationId, bookings: [known, bookingId] });
        return;
      }
      bookingOf.set(hold.reservationId, bookingId);
      acknowledged.push(purchase);
      for (const { ticketId } of tickets) {
        const other = buyerOf.get(ticketId);
        if (other !== undefined && other !== bookingId)
          contradict('one-buyer-per-ticket', { ticketId, bookings: [other, bookingId] });
        buyerOf.set(ticketId, bookingId);
        holdOf.set(ticketId, { reservationId: hold.reservationId, from: firstSentAt, until: neverEnds });
      }
      checkNotSoldOut(hold.ticketTypeIds, firstSentAt, { bookingId });
    },
    soldOut(ticketTypeId: number, answeredAt: number): void {
      const since = soldOutSince.get(ticketTypeId);
      if (since === undefined || answeredAt < since) soldOutSince.set(ticketTypeId, answeredAt);
    },
    isSoldOut: (ticketTypeId: number) => soldOutSince.has(ticketTypeId),
    soldOutTypes: () => [...soldOutSince.keys()],
  };
}

export type Witness = ReturnType<typeof createWitness>;
