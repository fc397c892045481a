import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventLedger } from './ledger.ts';
import {
  bought,
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
  saleRules,
  saleType,
  seatedSnapshot,
  seatsOf,
  snapshot,
} from './ledger-makers.test-support.ts';
import { placeState } from './types.ts';

const grace = 2 * minute;

describe('a hold', () => {
  test('carries places, rates, prices and total', () => {
    const ledger = createLedger(seatedSnapshot(drawHall('...')), noon);
    const items = [
      { ticketTypeId: 1, quantity: 1, rate: 'Child' },
      { ticketTypeId: 1, quantity: 1 },
    ];
    const contact = { name: 'Ada', email: null, phone: null };
    const hold = held(ledger, 'A', { selection: { kind: 'items', items }, contact });
    const common = { ticketTypeId: 1, typeName: 'Type 1' };
    const seat = { zone: 'Zone 1', row: '1' };
    assert.deepEqual(hold, {
      reservationId: 'A',
      eventId: 7,
      customer: 'ada',
      account: null,
      price: null,
      codes: [],
      status: 'active',
      places: [
        {
          ...common,
          placeNo: 0,
          ticketId: 'ticket-0',
          rate: 'Child',
          priceMinor: 2500,
          seat: { ...seat, guid: 'seat-0', number: '1' },
        },
        {
          ...common,
          placeNo: 1,
          ticketId: 'ticket-1',
          rate: 'Adult',
          priceMinor: 5000,
          seat: { ...seat, guid: 'seat-1', number: '2' },
        },
      ],
      totalMinor: 7500,
      currency: 'EUR',
      edition: 0,
      expiresAt: noon + 15 * minute,
      renewals: 0,
      attempts: 0,
      contact,
      idempotency: null,
    });
  });

  test('seats adults and children of one category together', () => {
    const ledger = createLedger(seatedSnapshot(drawHall('...x..', '......')), noon);
    const items = [
      { ticketTypeId: 1, quantity: 2, rate: 'Adult' },
      { ticketTypeId: 1, quantity: 2, rate: 'Child' },
    ];
    const hold = held(ledger, 'A', { selection: { kind: 'items', items } });
    assert.deepEqual(seatsOf(hold), [6, 7, 8, 9]);
    assert.deepEqual(
      hold.places.map(({ rate }) => rate),
      ['Adult', 'Adult', 'Child', 'Child'],
    );
  });

  test('is dead at its deadline, not a millisecond before, without any sweep', () => {
    const ledger = ledgerOf({ places: freePlaces(1) });
    const { expiresAt } = held(ledger, 'A');
    assert.ok(ledger.find('A', 'ada', expiresAt - 1).accepted);
    assert.equal(ledger.place(holdRequest('B', { customer: 'bob' }), expiresAt - 1).accepted, false);
    held(ledger, 'C', { customer: 'bob' }, expiresAt);
    const expired = { code: 'RESERVATION_EXPIRED', expiredAt: expiresAt };
    assert.deepEqual(refusal(ledger.freeze('A', 'ada', expiresAt, grace)), expired);
    assert.deepEqual(refusal(ledger.renew('A', 'ada', expiresAt)), expired);
    assert.deepEqual(refusal(ledger.release('A', 'ada', expiresAt)), expired);
    assert.deepEqual(
      ledger.expire(expiresAt).map(({ reservationId }) => reservationId),
      ['A'],
      'the sweep hears of it although it was not the one who let go',
    );
    assert.deepEqual(ledger.expire(expiresAt), []);
  });

  test('says that it expired only to its owner and staff, and only for 15 minutes', () => {
    const ledger = ledgerOf();
    const { expiresAt } = held(ledger, 'A');
    ledger.expire(expiresAt);
    const codeFor = (customer: string | null, now: number) => refusal(ledger.find('A', customer, now)).code;
    assert.equal(codeFor('ada', expiresAt), 'RESERVATION_EXPIRED');
    assert.equal(codeFor(null, expiresAt), 'RESERVATION_EXPIRED');
    assert.equal(codeFor('bob', expiresAt), 'RESERVATION_UNKNOWN');
    assert.equal(codeFor('ada', expiresAt + 15 * minute - 1), 'RESERVATION_EXPIRED');
    assert.equal(codeFor('ada', expiresAt + 15 * minute), 'RESERVATION_UNKNOWN');
  });

  test('of somebody else is unknown to every call', () => {
    const ledger = ledgerOf();
    held(ledger, 'A');
    const unknown = { code: 'RESERVATION_UNKNOWN' };
    assert.deepEqual(refusal(ledger.find('A', 'bob', noon)), unknown);
    assert.deepEqual(refusal(ledger.renew('A', 'bob', noon)), unknown);
    assert.deepEqual(refusal(ledger.release('A', 'bob', noon)), unknown);
    assert.deepEqual(refusal(ledger.freeze('A', 'bob', noon, grace)), unknown);
    assert.equal(ledger.findByTicket('ticket-0', 'bob', noon), undefined);
    assert.equal(ledger.findByTicket('ticket-0', 'ada', noon)?.reservationId, 'A');
  });

  test('that is released frees its places at once and is unknown afterwards', () => {
    const ledger = ledgerOf({ places: freePlaces(1) });
    held(ledger, 'A');
    assert.ok(ledger.release('A', 'ada', noon).accepted);
    assert.deepEqual(refusal(ledger.release('A', 'ada', noon)), { code: 'RESERVATION_UNKNOWN' });
    held(ledger, 'B', { customer: 'bob' });
  });

  test('is renewed once, for the whole hold time', () => {
    const ledger = ledgerOf();
    held(ledger, 'A');
    const renewed = ledger.renew('A', 'ada', noon + 10 * minute);
    assert.ok(renewed.accepted && renewed.value.expiresAt === noon + 25 * minute && renewed.value.renewals === 1);
    assert.deepEqual(refusal(ledger.renew('A', 'ada', noon + 11 * minute)), { code: 'ALREADY_RENEWED' });
  });

  test('is answered again to the same idempotency key, also while it is being paid for', () => {
    const ledger = ledgerOf();
    const idempotency = { key: 'k', requestHash: 'h' };
    held(ledger, 'A', { idempotency, selection: quantityOf(10), partial: true });
    ledger.freeze('A', 'ada', noon, grace);
    const again = ledger.place(holdRequest('B', { idempotency }), noon);
    assert.ok(again.accepted && again.value.replayed && again.value.hold.reservationId === 'A');
    const other = holdRequest('C', { idempotency: { key: 'k', requestHash: 'other' } });
    assert.deepEqual(refusal(ledger.place(other, noon)), { code: 'IDEMPOTENCY_KEY_REUSED' });
    assert.equal(
      refusal(ledger.place({ ...other, customer: 'bob' }, noon)).code,
      'NOT_ENOUGH_TICKETS',
      'keys are personal',
    );
  });
});

describe('a payment', () => {
  test('freezes the hold beyond its deadline and converts it', () => {
    const ledger = ledgerOf();
    const { expiresAt } = held(ledger, 'A');
    const frozen = ledger.freeze('A', 'ada', expiresAt - 1, grace);
    assert.ok(frozen.accepted && frozen.value.status === 'paying' && frozen.value.expiresAt === expiresAt - 1 + grace);
    assert.equal(ledger.nextExpiryAt, null);
    assert.deepEqual(ledger.expire(expiresAt + 60 * minute), [], 'its outcome is for the booking to settle');
    const inPayment = { code: 'RESERVATION_IN_PAYMENT' };
    assert.deepEqual(refusal(ledger.freeze('A', 'ada', expiresAt, grace)), inPayment);
    assert.deepEqual(refusal(ledger.release('A', 'ada', expiresAt)), inPayment);
    assert.deepEqual(refusal(ledger.renew('A', 'ada', expiresAt)), inPayment);
    ledger.markReserved('A');
    assert.equal(ledger.stateOf('ticket-0')?.state, placeState.reserved);
    ledger.convert('A');
    assert.equal(ledger.stateOf('ticket-0')?.state, placeState.sold);
    assert.equal(ledger.holdCount, 0);
  });

  test('that is declined leaves two more minutes, once', () => {
    const ledger = ledgerOf();
    const { expiresAt } = held(ledger, 'A');
    const declineAt = (now: number) => {
      assert.ok(ledger.freeze('A', 'ada', now, grace).accepted);
      ledger.markReserved('A');
      ledger.thaw('A', now, 2 * minute);
      const found = ledger.find('A', 'ada', now);
      return found.accepted ? found.value.expiresAt : found.refusal.code;
    };
    assert.equal(declineAt(noon + minute), expiresAt, 'there was time enough left');
    assert.equal(declineAt(expiresAt - 1), expiresAt - 1 + 2 * minute);
    assert.equal(declineAt(expiresAt + minute), expiresAt - 1 + 2 * minute, 'no second extension');
    assert.equal(ledger.stateOf('ticket-0')?.state, placeState.held);
  });

  test('that outlasts its hold and is declined a second time ends the hold', () => {
    const ledger = ledgerOf();
    const { expiresAt } = held(ledger, 'A');
    ledger.freeze('A', 'ada', expiresAt - 1, grace);
    ledger.thaw('A', expiresAt - 1, 2 * minute);
    ledger.freeze('A', 'ada', expiresAt + minute, grace);
    ledger.thaw('A', expiresAt + 5 * minute, 2 * minute);
    assert.equal(refusal(ledger.find('A', 'ada', expiresAt + 5 * minute)).code, 'RESERVATION_EXPIRED');
  });

  test('may be tried five times', () => {
    const ledger = ledgerOf();
    held(ledger, 'A');
    for (let attempt = 1; attempt <= 5; attempt++) {
      const frozen = ledger.freeze('A', 'ada', noon, grace);
      assert.ok(frozen.accepted && frozen.value.attempts === attempt);
      ledger.thaw('A', noon, 2 * minute);
    }
    assert.deepEqual(refusal(ledger.freeze('A', 'ada', noon, grace)), { code: 'TOO_MANY_ATTEMPTS', limit: 5 });
  });

  test('that never began leaves the hold as it was, and does not count as a try', () => {
    const ledger = ledgerOf();
    const before = held(ledger, 'A');
    for (let time = 0; time < 10; time++) {
      assert.ok(ledger.freeze('A', 'ada', before.expiresAt - 1, grace).accepted);
      ledger.unfreeze('A');
    }
    ledger.unfreeze('A');
    const found = ledger.find('A', 'ada', before.expiresAt - 1);
    assert.deepEqual(found.accepted && found.value, before);
    assert.equal(refusal(ledger.find('A', 'ada', before.expiresAt)).code, 'RESERVATION_EXPIRED');
  });
});

describe('the limit per customer', () => {
  const limited = { limitPerCustomer: 3 };
  const tryTwo = (ledger: EventLedger, id: string, now = noon) =>
    ledger.place(holdRequest(id, { selection: quantityOf(2) }), now);

  test('counts what is held, in payment and bought', () => {
    const ledger = ledgerOf({ purchases: [bought('ada', 1)] }, limited);
    assert.ok(tryTwo(ledger, 'A').accepted);
    const full = { code: 'LIMIT_PER_CUSTOMER', limit: 3, already: 3 };
    assert.deepEqual(refusal(tryTwo(ledger, 'B')), full);
    ledger.freeze('A', 'ada', noon, grace);
    assert.deepEqual(refusal(tryTwo(ledger, 'C')), full);
    ledger.convert('A');
    assert.deepEqual(refusal(tryTwo(ledger, 'D')), full);
    ledger.cancelPurchase('A', 2);
    assert.ok(tryTwo(ledger, 'E').accepted);
  });

  test('does not count what has expired or was released', () => {
    const ledger = ledgerOf({}, limited);
    const { expiresAt } = held(ledger, 'A', { selection: quantityOf(2) });
    assert.equal(tryTwo(ledger, 'B', expiresAt - 1).accepted, false);
    assert.ok(tryTwo(ledger, 'C', expiresAt).accepted);
    ledger.release('C', 'ada', expiresAt);
    assert.ok(tryTwo(ledger, 'D', expiresAt).accepted);
  });
});

describe('the word of the database', () => {
  test('takes a held place away with its whole hold, and gives the rest back', () => {
    const ledger = ledgerOf({ places: freePlaces(2) });
    held(ledger, 'A', { selection: quantityOf(2) });
    const dropped = ledger.sync([{ placeNo: 0, ticketId: 'ticket-0', ticketTypeId: 1, state: placeState.sold }]);
    assert.deepEqual(
      dropped.map(({ reservationId }) => reservationId),
      ['A'],
    );
    assert.deepEqual([...ledger.states(noon)], [placeState.sold, placeState.available]);
    assert.equal(refusal(ledger.find('A', 'ada', noon)).code, 'RESERVATION_UNKNOWN');
  });

  test('leaves a held place with its hold when it says Available', () => {
    const ledger = ledgerOf({ places: freePlaces(1) });
    held(ledger, 'A');
    assert.deepEqual(ledger.sync(freePlaces(1)), []);
    assert.equal(ledger.stateOf('ticket-0')?.reservationId, 'A');
  });

  test('brings new places and fresh tickets, and hears nothing more of cancelled ones', () => {
    const ledger = ledgerOf({ places: freePlaces(1).map((place) => ({ ...place, state: placeState.sold })) });
    const old = { placeNo: 0, ticketId: 'ticket-0', ticketTypeId: 1, state: placeState.none };
    const fresh = { placeNo: 0, ticketId: 'fresh', ticketTypeId: 1, state: placeState.available };
    ledger.sync([...freePlaces(300, 1, 1), fresh, old]);
    assert.equal(ledger.availability(noon)[0]?.available, 301);
    assert.equal(ledger.stateOf('ticket-0'), undefined);
    assert.equal(ledger.ticketIdAt(0), 'fresh');
  });

  test('changes of places can be followed from a version on, but not from another epoch or the future', () => {
    const ledger = ledgerOf();
    const { version } = ledger;
    held(ledger, 'A', { selection: { kind: 'tickets', ticketIds: ['ticket-3', 'ticket-4'] } });
    ledger.release('A', 'ada', noon);
    assert.deepEqual(ledger.changesSince(version), [3, 4]);
    assert.deepEqual(ledger.changesSince(ledger.version), []);
    for (const other of ['e2.1', 'e1.999', 'e1.', 'e1.-1', 'e1', '', 'e1.1e3']) {
      assert.equal(ledger.changesSince(other), null, other);
    }
    for (let i = 0; i < 600; i++) {
      held(ledger, `B${i}`);
      ledger.release(`B${i}`, null, noon);
    }
    assert.equal(ledger.changesSince(version), null, 'too long ago');
  });

  test('a hold comes back from the journal as it was, unless its places are gone', () => {
    const ledger = ledgerOf();
    const idempotency = { key: 'k', requestHash: 'h' };
    const hold = held(ledger, 'A', { idempotency, selection: quantityOf(2, 1, 'Child') });
    held(ledger, 'B');
    ledger.renew('A', 'ada', noon);
    const journal = [ledger.toJournal('A')!, ledger.toJournal('B')!];
    const places = freePlaces(10).map((place) =>
      place.placeNo === journal[1]!.placeNos[0] ? { ...place, state: placeState.sold } : place,
    );
    const again = createLedger(snapshot({ epoch: 'e2', places, holds: journal }), noon + minute);
    const found = again.find('A', 'ada', noon + minute);
    assert.ok(found.accepted);
    assert.deepEqual(found.value, { ...hold, renewals: 1 });
    assert.equal(again.find('B', 'ada', noon + minute).accepted, false);
    assert.equal(refusal(again.renew('A', 'ada', noon + minute)).code, 'ALREADY_RENEWED');
    const late = createLedger(snapshot({ holds: journal }), noon + 15 * minute);
    assert.deepEqual(
      late.expire(noon + 15 * minute).map(({ reservationId }) => reservationId),
      ['A', 'B'],
    );
    assert.equal(refusal(late.find('A', 'ada', noon + 15 * minute)).code, 'RESERVATION_EXPIRED');
  });

  test('an event that is called off ends all holds but those in payment', () => {
    const ledger = ledgerOf();
    held(ledger, 'A');
    held(ledger, 'B');
    ledger.freeze('B', 'ada', noon, grace);
    assert.deepEqual(
      ledger.endAllHolds().map(({ reservationId }) => reservationId),
      ['A'],
    );
    assert.equal(ledger.holdCount, 1);
  });

  test('new rules keep places and holds; prices already promised stay', () => {
    const ledger = ledgerOf();
    held(ledger, 'A');
    const dearer = saleType(1, { rates: [{ name: 'Adult', priceMinor: 9900 }] });
    ledger.changeRules(saleRules({ types: [saleType(2), dearer] }));
    const found = ledger.find('A', 'ada', noon);
    assert.ok(found.accepted && found.value.totalMinor === 5000);
    assert.equal(held(ledger, 'B').totalMinor, 9900);
    assert.deepEqual(
      ledger.availability(noon).map(({ ticketTypeId, capacity, held: count }) => [ticketTypeId, capacity, count]),
      [
        [2, 0, 0],
        [1, 10, 2],
      ],
    );
  });

  test('a ticket minted by hand for a seated type goes when the seats are gone', () => {
    const start = seatedSnapshot(drawHall('..'));
    const ledger = createLedger({ ...start, places: [...start.places, ...freePlaces(1, 1, 2)] }, noon);
    const hold = held(ledger, 'A', { selection: quantityOf(3) });
    assert.deepEqual(seatsOf(hold), [0, 1, 2]);
    assert.equal(hold.places[2]?.seat, null);
  });

  test('a type that becomes seated is chosen by its seats from then on', () => {
    const start = seatedSnapshot(drawHall('....'), { types: [saleType(1)] });
    const ledger = createLedger(start, noon);
    assert.equal(held(ledger, 'A').places[0]?.seat, null);
    ledger.changeRules(saleRules({ types: [saleType(1, { seated: true })] }));
    assert.deepEqual(seatsOf(held(ledger, 'B', { selection: quantityOf(3) })), [1, 2, 3]);
    ledger.release('A', null, noon);
    assert.equal(held(ledger, 'C').places[0]?.seat?.guid, 'seat-0');
  });

  test('calls for a hold that is not there, or not in payment, change nothing', () => {
    const ledger = ledgerOf();
    const { version } = ledger;
    for (const call of ['markReserved', 'convert', 'drop'] as const) ledger[call]('nobody');
    ledger.thaw('nobody', noon, grace);
    assert.equal(ledger.toJournal('nobody'), undefined);
    assert.equal(ledger.version, version);
    const hold = held(ledger, 'A');
    ledger.thaw('A', noon + 14 * minute, grace);
    ledger.markReserved('A');
    assert.deepEqual(ledger.find('A', 'ada', noon), { accepted: true, value: hold });
    assert.equal(ledger.stateOf('ticket-0')?.state, placeState.held);
  });
});
