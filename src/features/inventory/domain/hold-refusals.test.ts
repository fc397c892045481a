import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createLedger,
  drawHall,
  freePlaces,
  held,
  holdRequest,
  ledgerOf,
  minute,
  noon,
  quantityOf,
  refusal,
  saleType,
  seatedSnapshot,
  seatsOf,
} from './ledger-makers.test-support.ts';
import type { HoldRefusal, HoldRequest, SaleRules } from './types.ts';
import { placeState } from './types.ts';

const grace = 2 * minute;

describe('why places cannot be held', () => {
  const sold = freePlaces(2).map((place) => ({ ...place, state: placeState.sold }));
  const cases: [string, Partial<SaleRules>, Partial<HoldRequest>, HoldRefusal][] = [
    [
      'the event is not published',
      { isSelling: false, onSaleFrom: noon + 1 },
      {},
      { code: 'EVENT_NOT_ON_SALE', reason: 'not_selling', opensAt: null },
    ],
    [
      'sales begin in a millisecond',
      { onSaleFrom: noon + 1 },
      {},
      { code: 'EVENT_NOT_ON_SALE', reason: 'not_yet', opensAt: noon + 1 },
    ],
    [
      'sales end at this very moment',
      { onSaleUntil: noon },
      {},
      { code: 'EVENT_NOT_ON_SALE', reason: 'over', opensAt: null },
    ],
    [
      'the type is not of this event',
      { isSelling: false },
      { selection: quantityOf(1, 99) },
      { code: 'TICKET_TYPE_UNKNOWN', ticketTypeId: 99 },
    ],
    [
      'the type is switched off',
      { types: [saleType(1, { isActive: false })] },
      {},
      { code: 'TICKET_TYPE_NOT_ON_SALE', ticketTypeId: 1 },
    ],
    [
      'the type is not on sale yet',
      { types: [saleType(1, { salesFrom: noon + 1 })] },
      {},
      { code: 'TICKET_TYPE_NOT_ON_SALE', ticketTypeId: 1 },
    ],
    [
      'the type is on sale no longer',
      { types: [saleType(1, { salesUntil: noon })] },
      { selection: { kind: 'tickets', ticketIds: ['ticket-1'] } },
      { code: 'TICKET_TYPE_NOT_ON_SALE', ticketTypeId: 1 },
    ],
    [
      'the type has no such rate',
      {},
      { selection: quantityOf(1, 1, 'Senior') },
      { code: 'RATE_UNKNOWN', ticketTypeId: 1, rate: 'Senior' },
    ],
    [
      'the type of the ticket has no such rate',
      {},
      { selection: { kind: 'tickets', ticketIds: ['ticket-1'], rate: 'Senior' } },
      { code: 'RATE_UNKNOWN', ticketTypeId: 1, rate: 'Senior' },
    ],
    [
      'there are no such tickets',
      { isSelling: false },
      { selection: { kind: 'tickets', ticketIds: ['ticket-1', 'nope', 'neither'] } },
      { code: 'TICKET_UNKNOWN', ids: ['nope', 'neither'] },
    ],
    [
      'a show without a plan has no seats',
      {},
      { selection: { kind: 'seats', seatGuids: ['seat-1'] } },
      { code: 'TICKET_UNKNOWN', ids: ['seat-1'] },
    ],
    [
      'more than a reservation may hold',
      { limitPerReservation: 3 },
      {
        selection: {
          kind: 'items',
          items: [
            { ticketTypeId: 1, quantity: 2 },
            { ticketTypeId: 1, quantity: 2 },
          ],
        },
      },
      { code: 'LIMIT_PER_RESERVATION', limit: 3 },
    ],
    [
      'more than a customer may have',
      { limitPerCustomer: 3 },
      { selection: quantityOf(4) },
      { code: 'LIMIT_PER_CUSTOMER', limit: 3, already: 0 },
    ],
    [
      'more than there are',
      { limitPerReservation: 20 },
      { selection: quantityOf(11) },
      {
        code: 'NOT_ENOUGH_TICKETS',
        requested: 11,
        available: 10,
        held: 0,
        nextExpiryAt: null,
        byChoiceOnly: 0,
        ticketTypeIds: [1],
      },
    ],
  ];
  for (const [name, rules, request, expected] of cases) {
    test(name, () => {
      const ledger = ledgerOf({}, rules);
      assert.deepEqual(refusal(ledger.place(holdRequest('A', request), noon)), expected);
      assert.equal(ledger.availability(noon)[0]?.available, 10, 'nothing is half done');
      assert.equal(ledger.holdCount, 0);
    });
  }

  test('tickets that somebody else holds are taken, and named', () => {
    const ledger = ledgerOf();
    held(ledger, 'A', { selection: { kind: 'tickets', ticketIds: ['ticket-1', 'ticket-2'] } });
    const request = holdRequest('B', {
      customer: 'bob',
      selection: { kind: 'tickets', ticketIds: ['ticket-0', 'ticket-1', 'ticket-2', 'ticket-2'] },
    });
    const taken = refusal(ledger.place(request, noon));
    assert.deepEqual('ids' in taken && [taken.code, taken.ids], ['SEATS_TAKEN', ['ticket-1', 'ticket-2']]);
    assert.deepEqual(seatsOf(held(ledger, 'C', { ...request, partial: true })), [0]);
    assert.equal(refusal(ledger.place({ ...request, reservationId: 'D', partial: true }, noon)).code, 'SEATS_TAKEN');
  });

  test('sold out is said when every place is sold', () => {
    const ledger = ledgerOf({ places: sold });
    assert.deepEqual(refusal(ledger.place(holdRequest('A'), noon)), { code: 'SOLD_OUT' });
    assert.deepEqual(refusal(ledger.place(holdRequest('B', { partial: true }), noon)), { code: 'SOLD_OUT' });
  });

  test('sold out is not said while one place is held: the refusal says when it may come back', () => {
    const ledger = ledgerOf({ places: [...sold, ...freePlaces(1, 1, 2)] });
    held(ledger, 'A');
    assert.deepEqual(refusal(ledger.place(holdRequest('B', { customer: 'bob', partial: true }), noon)), {
      code: 'NOT_ENOUGH_TICKETS',
      requested: 1,
      available: 0,
      held: 1,
      nextExpiryAt: noon + 15 * minute,
      byChoiceOnly: 0,
      ticketTypeIds: [1],
    });
  });

  test('sold out is not said while one place is in payment', () => {
    const ledger = ledgerOf({ places: [...sold, ...freePlaces(1, 1, 2)] });
    held(ledger, 'A');
    ledger.freeze('A', 'ada', noon, grace);
    ledger.markReserved('A');
    const answer = refusal(ledger.place(holdRequest('B', { customer: 'bob' }), noon));
    assert.ok(answer.code === 'NOT_ENOUGH_TICKETS' && answer.held === 1 && answer.nextExpiryAt === null);
    ledger.convert('A');
    assert.deepEqual(refusal(ledger.place(holdRequest('C', { customer: 'bob' }), noon)), { code: 'SOLD_OUT' });
  });

  test('places that staff keep back are sold out for the public', () => {
    const ledger = ledgerOf({ places: freePlaces(1).map((place) => ({ ...place, state: placeState.blocked })) });
    assert.deepEqual(refusal(ledger.place(holdRequest('A'), noon)), { code: 'SOLD_OUT' });
    assert.equal(ledger.availability(noon)[0]?.reserved, 1);
  });

  test('when a basket lacks one type, the figures are of that type and nothing is held', () => {
    const types = [saleType(1), saleType(2)];
    const ledger = ledgerOf({ places: [...freePlaces(5), ...freePlaces(1, 2, 5)] }, { types });
    const items = [
      { ticketTypeId: 1, quantity: 2 },
      { ticketTypeId: 2, quantity: 2 },
    ];
    const answer = refusal(ledger.place(holdRequest('A', { selection: { kind: 'items', items } }), noon));
    assert.ok(answer.code === 'NOT_ENOUGH_TICKETS');
    assert.deepEqual([answer.requested, answer.available, answer.ticketTypeIds], [2, 1, [2]]);
    assert.equal(ledger.holdCount, 0);
    const some = ledger.place(holdRequest('B', { partial: true, selection: { kind: 'items', items } }), noon);
    assert.ok(some.accepted && some.value.partial && some.value.hold.places.length === 3);
  });

  test('only wheelchair places left: not sold out, but to be picked', () => {
    const ledger = createLedger(seatedSnapshot(drawHall('xxww')), noon);
    assert.deepEqual(refusal(ledger.place(holdRequest('A', { partial: true }), noon)), {
      code: 'NOT_ENOUGH_TICKETS',
      requested: 1,
      available: 2,
      held: 0,
      nextExpiryAt: null,
      byChoiceOnly: 2,
      ticketTypeIds: [1],
    });
    assert.deepEqual(seatsOf(held(ledger, 'B', { selection: { kind: 'seats', seatGuids: ['seat-2'] } })), [2]);
  });
});
