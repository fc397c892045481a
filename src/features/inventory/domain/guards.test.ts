import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createLedger,
  freePlaces,
  holdRequest,
  minute,
  noon,
  quantityOf,
  saleRules,
  snapshot,
} from './ledger-makers.test-support.ts';
import { allGuards, LedgerModel } from './ledger-model.test-support.ts';
import type { HoldRequest, LedgerSnapshot } from './types.ts';

/**
 * What each guard of the ledger is for: the same story, played on a model without the guard, where it ends badly, and on
 * the ledger, where it does not.
 */
const grace = 2 * minute;

/** A customer of the model asks; whatever is granted is held. */
function ask(model: LedgerModel, request: HoldRequest, now: number): boolean {
  const expected = model.expectPlace(request, now);
  if ('refusal' in expected || 'replayOf' in expected) return false;
  const free = model.places.filter(({ state }) => state === 0).map(({ placeNo }) => placeNo);
  const count = [...expected.counts.values()].reduce((a, b) => a + b, 0);
  model.hold(request, expected.exact ?? free.slice(0, count), false, now);
  return true;
}

const oneSeat: LedgerSnapshot = snapshot({ places: freePlaces(1) });
const theSeat = { kind: 'tickets', ticketIds: ['ticket-0'] } as const;
const ada = holdRequest('A', { customer: 'ada', selection: theSeat });
const bob = holdRequest('B', { customer: 'bob', selection: theSeat });

describe('a place is taken only if it is free', () => {
  test('without this guard two customers own one seat', () => {
    const model = new LedgerModel(oneSeat, { ...allGuards, claim: false });
    for (const request of [ada, bob]) {
      assert.ok(ask(model, request, noon));
      model.freeze(request.reservationId, request.customer, noon, grace);
    }
    for (const { reservationId } of [ada, bob]) model.convert(reservationId);
    assert.deepEqual(model.owners.get(0), ['ada', 'bob']);
  });

  test('with it the second is refused: the seat is taken', () => {
    const ledger = createLedger(oneSeat, noon);
    assert.ok(ledger.place(ada, noon).accepted);
    assert.deepEqual(ledger.place(bob, noon), { accepted: false, refusal: { code: 'SEATS_TAKEN', ids: ['ticket-0'] } });
  });
});

describe('a hold is dead for every decision from its deadline on', () => {
  const deadline = noon + 15 * minute;

  test('without this guard, who pays while the sweep is at work pays for a seat that another gets', () => {
    const model = new LedgerModel(oneSeat, { ...allGuards, deadline: false });
    ask(model, ada, noon);
    const due = model.holds.filter((hold) => hold.deadline <= deadline);
    const adaPays = !('code' in model.freeze('A', 'ada', deadline, grace));
    for (const { id } of due) model.drop(id);
    const bobPays = ask(model, bob, deadline) && !('code' in model.freeze('B', 'bob', deadline, grace));
    assert.deepEqual({ adaPays, bobPays }, { adaPays: true, bobPays: true });
  });

  test('without this guard a dead hold keeps a seat from everybody until a sweep comes by', () => {
    const model = new LedgerModel(oneSeat, { ...allGuards, deadline: false });
    ask(model, ada, noon);
    assert.equal(ask(model, bob, deadline + 60 * minute), false);
  });

  test('with it the late customer is refused, and the next one has the seat', () => {
    const ledger = createLedger(oneSeat, noon);
    ledger.place(ada, noon);
    const late = ledger.freeze('A', 'ada', deadline, grace);
    assert.ok(!late.accepted && late.refusal.code === 'RESERVATION_EXPIRED');
    assert.ok(ledger.place(bob, deadline).accepted);
    assert.ok(ledger.freeze('B', 'bob', deadline, grace).accepted);
  });
});

describe('the limit per customer is counted in the same step as the hold is made', () => {
  const limited = snapshot({ rules: saleRules({ limitPerCustomer: 4 }) });
  const requests = ['A', 'B', 'C'].map((id) => holdRequest(id, { selection: quantityOf(3) }));

  test('without this guard one customer takes the house', () => {
    const model = new LedgerModel(limited, { ...allGuards, limit: false });
    for (const request of requests) assert.ok(ask(model, request, noon));
    assert.equal(model.countOf('ada'), 9);
  });

  test('counted a step earlier, requests in parallel pass together', () => {
    const model = new LedgerModel(limited);
    const passed = requests.filter((request) => !('refusal' in model.expectPlace(request, noon)));
    passed.forEach((request, index) => {
      model.hold(request, [3 * index, 3 * index + 1, 3 * index + 2], false, noon);
    });
    assert.equal(model.countOf('ada'), 9);
  });

  test('with it the second request is refused, however fast it comes', () => {
    const ledger = createLedger(limited, noon);
    assert.deepEqual(
      requests.map((request) => ledger.place(request, noon).accepted),
      [true, false, false],
    );
    assert.equal(ledger.availability(noon)[0]?.held, 3);
  });
});
