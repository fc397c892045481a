import assert from 'node:assert/strict';
import { type BareShow, reserveCommand, type StoredTicket } from '../../../../test/support/bare-show.ts';
import type { BookingStore, ClaimedKey } from './booking-store.ts';

/** An adapter under test, and what the tests need beside it. */
export interface StoreUnderTest {
  readonly store: BookingStore;
  makeShow(places: number): Promise<BareShow>;
  ticketsOf(show: BareShow): Promise<readonly StoredTicket[]>;
  /** How much the database holds of everything that a purchase writes. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Something else takes these tickets back out of a booking: what must never happen. */
  breakTickets(ticketIds: readonly string[]): Promise<void>;
}

let keys = 0;
export const newKey = (requestHash = 'hash'): ClaimedKey => ({
  scope: 'purchase:guest',
  key: `key-${++keys}`,
  requestHash,
});

/** What tests of the store ask and do again and again. */
export function stepsOn(subject: () => StoreUnderTest) {
  return {
    statuses: async (show: BareShow) => (await subject().ticketsOf(show)).map(({ status }) => status),
    owners: async (show: BareShow) => (await subject().ticketsOf(show)).map(({ bookingId }) => bookingId),
    /** The first commit of a purchase, written. */
    async reserved(show: BareShow, ticketIds: readonly string[], parts: Parameters<typeof reserveCommand>[2] = {}) {
      const command = reserveCommand(show, ticketIds, parts);
      assert.deepEqual(await subject().store.reserve([command]), ['reserved']);
      return command;
    },
  };
}
