import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventLedger } from './ledger.ts';
import {
  codesOf,
  createLedger,
  drawHall,
  freePlaces,
  held,
  holdRequest,
  ledgerOf,
  minute,
  noon,
  promoCode,
  quantityOf,
  refusal,
  saleType,
  seatedSnapshot,
  seatsOf,
} from './ledger-makers.test-support.ts';
import type { ProposalRequest } from './propose-places.ts';

/** That a proposal is what a hold would be is checked for any requests by the model (`ledger-model.test.ts`). */
const asked = (changes: Partial<ProposalRequest> = {}): ProposalRequest => {
  const { reservationId: _, idempotency: __, ...request } = holdRequest('', changes);
  return request;
};

function proposed(ledger: EventLedger, changes: Partial<ProposalRequest>, now = noon) {
  const answer = ledger.propose(asked(changes), now);
  assert.ok(answer.accepted, JSON.stringify(answer));
  return { ...answer.value, placeNos: answer.value.places.map(({ placeNo }) => placeNo) };
}

describe('a proposal', () => {
  test('holds nothing: it may be had as often as one likes, and anybody may hold its seats', () => {
    const ledger = createLedger(seatedSnapshot(drawHall('x....x', '......')), noon);
    const { version } = ledger;
    const first = proposed(ledger, { selection: quantityOf(4) });
    assert.deepEqual(proposed(ledger, { selection: quantityOf(4), customer: 'bob' }), first);
    assert.equal(ledger.version, version);
    assert.equal(ledger.holdCount, 0);
    const ticketIds = first.places.map(({ ticketId }) => ticketId);
    assert.deepEqual(
      seatsOf(held(ledger, 'A', { selection: { kind: 'tickets', ticketIds } })).sort((a, b) => a - b),
      first.placeNos.toSorted((a, b) => a - b),
    );
    assert.equal(
      refusal(ledger.propose(asked({ selection: { kind: 'tickets', ticketIds } }), noon)).code,
      'SEATS_TAKEN',
    );
    assert.notDeepEqual(proposed(ledger, { selection: quantityOf(4) }).placeNos, first.placeNos);
  });

  test('says whether its seats are side by side', () => {
    const ledger = createLedger(seatedSnapshot(drawHall('..|..', 'x..xx')), noon);
    assert.equal(proposed(ledger, { selection: quantityOf(1) }).together, true);
    assert.equal(proposed(ledger, { selection: quantityOf(2) }).together, true);
    assert.equal(proposed(ledger, { selection: quantityOf(3) }).together, false);
    const across = { kind: 'tickets', ticketIds: ['ticket-1', 'ticket-2'] } as const;
    assert.equal(proposed(ledger, { selection: across }).together, false, 'an aisle lies between them');
    const turned = { kind: 'tickets', ticketIds: ['ticket-1', 'ticket-0'] } as const;
    assert.equal(proposed(ledger, { selection: turned }).together, true);
    assert.equal(proposed(ledgerOf(), { selection: quantityOf(2) }).together, false, 'standing places have no row');
  });

  test('has the price with fee, tax and code that a hold would have', () => {
    const terms = {
      serviceFee: { perTicketMinor: 250, rate: null, paidBy: 'buyer' as const },
      tax: { name: 'VAT', rate: 190_000, isIncluded: false },
    };
    const ledger = ledgerOf({}, { terms, codes: codesOf(promoCode('TEN')) });
    const { price, totalMinor } = proposed(ledger, { selection: quantityOf(2), promoCode: 'ten' });
    assert.equal(totalMinor, price?.totalMinor);
    assert.deepEqual(
      [price?.ticketsMinor, price?.discountMinor, price?.feeMinor, price?.taxMinor, totalMinor],
      [10_000, 1_000, 500, 1_805, 11_305],
    );
  });

  test('is refused as the hold would be: sold out, held by others until then, more than one may hold', () => {
    const ledger = ledgerOf({ places: freePlaces(3) }, { limitPerReservation: 4, types: [saleType(1)] });
    const code = (changes: Partial<ProposalRequest>) => refusal(ledger.propose(asked(changes), noon));
    assert.deepEqual(code({ selection: quantityOf(5) }), { code: 'LIMIT_PER_RESERVATION', limit: 4 });
    const { expiresAt } = held(ledger, 'A', { selection: quantityOf(2) });
    assert.deepEqual(code({ selection: quantityOf(2), customer: 'bob' }), {
      code: 'NOT_ENOUGH_TICKETS',
      requested: 2,
      available: 1,
      held: 2,
      nextExpiryAt: expiresAt,
      byChoiceOnly: 0,
      ticketTypeIds: [1],
    });
    assert.equal(proposed(ledger, { selection: quantityOf(2), partial: true }).partial, true);
    assert.equal(proposed(ledger, { selection: quantityOf(3) }, noon + 15 * minute).places.length, 3);
  });

  test('counts what a customer holds already, and what a network does', () => {
    const ledger = ledgerOf({}, { holdLimits: { perCustomer: 3, perNetwork: 4 } });
    held(ledger, 'A', { selection: quantityOf(2), network: '192.0.2.1' });
    const code = (changes: Partial<ProposalRequest>) => refusal(ledger.propose(asked(changes), noon)).code;
    assert.equal(code({ selection: quantityOf(2) }), 'HOLD_LIMIT_PER_CUSTOMER');
    assert.equal(code({ selection: quantityOf(3), customer: '', network: '192.0.2.1' }), 'HOLD_LIMIT_PER_NETWORK');
    assert.equal(proposed(ledger, { selection: quantityOf(3), customer: '' }).places.length, 3);
  });
});
