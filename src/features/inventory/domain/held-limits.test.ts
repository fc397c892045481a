import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shareOfNetwork } from './held-limits.ts';
import type { EventLedger } from './ledger.ts';
import {
  createLedger,
  freePlaces,
  held,
  holdRequest,
  minute,
  noon,
  quantityOf,
  refusal,
  saleRules,
  snapshot,
} from './ledger-makers.test-support.ts';
import type { HoldContact, HoldLimits, JournaledHold, LedgerSnapshot } from './types.ts';

const usual: HoldLimits = { perCustomer: 40, perNetwork: null };
const contact = (email: string): HoldContact => ({ name: null, email, phone: null });

function house(
  count: number,
  holdLimits: HoldLimits | undefined = usual,
  more: Partial<LedgerSnapshot> = {},
): EventLedger {
  const rules = saleRules(holdLimits && { holdLimits });
  return createLedger(snapshot({ rules, places: freePlaces(count), ...more }), noon);
}

const places = (quantity: number) => ({ selection: quantityOf(quantity) });

/** Holds ten at a time until that is refused; answers how many are held then, and the refusal. */
function holdOn(ledger: EventLedger, who: (i: number) => object, quantity = 10) {
  for (let i = 0; ; i++) {
    const answer = ledger.place(holdRequest(`RES_${i}`, { ...places(quantity), ...who(i) }), noon);
    if (!answer.accepted) return { count: i * quantity, refusal: refusal(answer) };
  }
}

describe('how many places may be held at once', () => {
  test('40 of one session, and it is said how many are held', () => {
    const { count, refusal } = holdOn(house(1_000), () => ({ customer: 'ada' }));
    assert.equal(count, 40);
    assert.deepEqual(refusal, { code: 'HOLD_LIMIT_PER_CUSTOMER', limit: 40, held: 40 });
  });

  test('40 of one account or one mail address, in however many sessions and spellings', () => {
    const ofAccount = holdOn(house(1_000), (i) => ({ customer: `guest-${i}`, account: 'account:1' }));
    assert.deepEqual([ofAccount.count, ofAccount.refusal.code], [40, 'HOLD_LIMIT_PER_CUSTOMER']);
    const spellings = ['ada@example.org', 'Ada+1@example.org', 'a.da@example.org'];
    const ofMail = holdOn(house(1_000), (i) => ({ customer: `guest-${i}`, contact: contact(spellings[i % 3]!) }));
    assert.deepEqual([ofMail.count, ofMail.refusal.code], [40, 'HOLD_LIMIT_PER_CUSTOMER']);
  });

  test('an account is not kept out by strangers who name its mail address', () => {
    const ledger = house(1_000);
    for (let i = 0; i < 4; i++) {
      held(ledger, `RES_${i}`, { ...places(10), customer: `stranger-${i}`, contact: contact('ada@example.org') });
    }
    const mine = { customer: 'ada', account: 'account:1', contact: contact('ada@example.org') };
    held(ledger, 'RES_9', { ...places(10), ...mine });
  });

  test('one network never holds a house, with however many guests', () => {
    const guests = (i: number) => ({ customer: `guest-${i}`, network: '192.0.2.1' });
    for (const [size, share] of [
      [4_000, 1_000],
      [1_600, 400],
      [1_000, 400],
      [800, 400],
      [300, 150],
      [50, 25],
      [20, 10],
      [9, 4],
    ] as const) {
      const { count, refusal } = holdOn(house(size), guests, 1);
      assert.deepEqual([count, refusal], [share, { code: 'HOLD_LIMIT_PER_NETWORK', limit: share, held: share }]);
    }
    assert.equal(shareOfNetwork(1), 0);
  });

  test('a network that holds nothing may make one ordinary order, however small the house', () => {
    const ledger = house(6);
    held(ledger, 'RES_1', { ...places(6), customer: 'ada', network: '192.0.2.1' });
    ledger.release('RES_1', 'ada', noon);
    held(ledger, 'RES_2', { ...places(3), customer: 'ada', network: '192.0.2.1' });
    const more = ledger.place(holdRequest('RES_3', { ...places(1), customer: 'bob', network: '192.0.2.1' }), noon);
    assert.equal(refusal(more).code, 'HOLD_LIMIT_PER_NETWORK');
    held(ledger, 'RES_4', { ...places(1), customer: 'bob', network: '192.0.2.2' });
    held(ledger, 'RES_5', { ...places(1), customer: 'cyd', account: 'account:1', network: null });
  });

  test('a renewed hold counts on, and one in payment; one that ends does not', () => {
    const ledger = house(1_000);
    const one = { customer: 'ada', network: '192.0.2.1' };
    for (let i = 0; i < 4; i++) held(ledger, `RES_${i}`, { ...places(10), ...one });
    const isFull = (now = noon) => {
      const answer = ledger.place(holdRequest('RES_x', { ...places(1), ...one }), now);
      if (answer.accepted) ledger.release('RES_x', 'ada', now);
      return !answer.accepted;
    };
    assert.ok(isFull());
    assert.ok(ledger.renew('RES_0', 'ada', noon + minute).accepted);
    assert.ok(ledger.freeze('RES_1', 'ada', noon, minute).accepted);
    assert.ok(isFull());
    ledger.convert('RES_1');
    assert.ok(!isFull());
    held(ledger, 'RES_5', { ...places(10), ...one });
    assert.ok(isFull());
    ledger.drop('RES_2');
    assert.ok(!isFull());
    // RES_3 and RES_5 end at their time, the renewed one a minute later.
    const later = noon + 15 * minute;
    for (const id of ['RES_6', 'RES_7', 'RES_8']) held(ledger, id, { ...places(10), customer: 'ada' }, later);
    assert.ok(isFull(later));
    assert.ok(!isFull(noon + 16 * minute));
  });

  test('counts come back with the journal', () => {
    const before = house(1_000, { perCustomer: 100, perNetwork: 60 });
    const journal: JournaledHold[] = [];
    for (let i = 0; i < 6; i++) {
      held(before, `RES_${i}`, { ...places(10), customer: `guest-${i}`, network: '192.0.2.1' });
      journal.push(before.toJournal(`RES_${i}`)!);
    }
    const after = house(1_000, { perCustomer: 100, perNetwork: 60 }, { holds: JSON.parse(JSON.stringify(journal)) });
    const more = after.place(holdRequest('RES_9', { ...places(1), customer: 'new', network: '192.0.2.1' }), noon);
    assert.deepEqual(refusal(more), { code: 'HOLD_LIMIT_PER_NETWORK', limit: 60, held: 60 });
    assert.ok(after.release('RES_0', 'guest-0', noon).accepted);
    held(after, 'RES_9', { ...places(10), customer: 'new', network: '192.0.2.1' });
  });

  test('staff are not counted out, nor anybody where there are no limits', () => {
    const ledger = house(1_000);
    held(ledger, 'RES_1', { ...places(500), customer: 'staff:1', byStaff: true, network: '192.0.2.1' });
    const free = createLedger(snapshot({ places: freePlaces(100) }), noon);
    const { count } = holdOn(free, () => ({ customer: 'ada', network: '192.0.2.1' }));
    assert.equal(count, 100);
  });
});
