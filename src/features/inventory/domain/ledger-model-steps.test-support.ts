import assert from 'node:assert/strict';
import type fc from 'fast-check';
import { checkAlternative, withoutAlternative } from './alternative-model.test-support.ts';
import type { ModelHold } from './customers-model.test-support.ts';
import type { EventLedger } from './ledger.ts';
import {
  accessCode,
  bought,
  codesOf,
  drawHall,
  freePlaces,
  minute,
  promoCode,
  saleRules,
  saleType,
  snapshot,
} from './ledger-makers.test-support.ts';
import type { LedgerModel } from './ledger-model.test-support.ts';
import type { Buyer, Hold, HoldRequest, LimitRefusal, PlaceRow, ReservationRefusal } from './types.ts';
import { placeState } from './types.ts';

/** The real ledger and what a test must remember about it. */
export interface Real {
  ledger: EventLedger;
  now: number;
  made: number;
  /** Ids of holds in the order they were made. */
  ids: string[];
  /** How often the ledger has said that a hold ended. */
  endings: Map<string, number>;
  seen: { version: string; states: Uint8Array };
  epochs: number;
}

/** The commands of fast-check carry model and system. */
export type Step = fc.Command<{ model: LedgerModel }, Real>;

const hall = drawHall('..w...', '-', '....');
export const start = snapshot({
  geometry: hall.geometry,
  places: [...freePlaces(10, 1), ...freePlaces(6, 2, 10), ...freePlaces(4, 3, 16)],
  rules: saleRules({
    limitPerReservation: 5,
    limitPerCustomer: 7,
    types: [saleType(1, { seated: true }), saleType(2), saleType(3, { isHidden: true })],
    codes: codesOf(
      promoCode('THREE', { codeId: 1, usesMax: 3, usesPerCustomer: 1 }),
      promoCode('HALF', {
        codeId: 2,
        ticketTypeIds: [2, 3],
        discount: { rate: 500_000, amountMinor: null },
        usesMax: 4,
      }),
      accessCode('FANS', { codeId: 3, ticketTypeIds: [3], usesMax: 2 }),
    ),
  }),
  purchases: [bought('bob', 2)],
});

export const customers = ['ada', 'bob', 'cyd'];
export const mails = ['ada@example.org', 'bob@example.org'];

export class Place implements Step {
  readonly request: Omit<HoldRequest, 'reservationId'>;
  constructor(request: Omit<HoldRequest, 'reservationId'>) {
    this.request = request;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const request = { ...this.request, reservationId: `RES_${real.made++}` };
    const expected = model.expectPlace(request, real.now);
    const proposed = real.ledger.propose(request, real.now);
    const answer = real.ledger.place(request, real.now);
    // A proposal has no key that could be used twice.
    const isKeyed = 'replayOf' in expected || (!answer.accepted && answer.refusal.code === 'IDEMPOTENCY_KEY_REUSED');
    if (!isKeyed) sameAsProposed(answer, proposed);
    if ('refusal' in expected) {
      assert.deepEqual(withoutAlternative(answer), { accepted: false, refusal: expected.refusal });
      if (expected.refusal.code === 'SEATS_TAKEN') checkAlternative(model, hall.geometry, request, answer);
    } else if ('replayOf' in expected) {
      assert.ok(answer.accepted && answer.value.replayed);
      assert.equal(answer.value.partial, expected.replayOf.partial);
      sameHold(answer.value.hold, expected.replayOf);
    } else {
      assert.ok(answer.accepted && !answer.value.replayed, JSON.stringify(answer));
      const { hold, partial } = answer.value;
      const placeNos = hold.places.map(({ placeNo }) => placeNo);
      if (expected.exact) assert.deepEqual(placeNos, expected.exact);
      for (const [typeId, count] of expected.counts) {
        assert.equal(hold.places.filter(({ ticketTypeId }) => ticketTypeId === typeId).length, count);
      }
      for (const { placeNo, ticketId } of hold.places) assert.equal(ticketId, model.at(placeNo).ticketId);
      const discounts = hold.price?.lines.map(({ discountMinor }) => discountMinor) ?? [];
      assert.equal(
        hold.totalMinor,
        hold.places.reduce((total, { priceMinor }, i) => total + priceMinor - (discounts[i] ?? 0), 0),
      );
      assert.equal(
        (hold.price?.discountMinor ?? 0) > 0,
        hold.codes.some(({ kind }) => kind === 'promo'),
      );
      model.hold(request, placeNos, partial, real.now);
      real.ids.push(request.reservationId);
    }
    checkAll(model, real);
  }
  toString = () => `place(${JSON.stringify(this.request)})`;
}

/** What was proposed is what the same request is held with, or refused for. */
function sameAsProposed(answer: ReturnType<EventLedger['place']>, proposed: ReturnType<EventLedger['propose']>): void {
  if (!answer.accepted) return assert.deepEqual(proposed, answer);
  assert.ok(proposed.accepted);
  const { together, ...rest } = proposed.value;
  const { places, totalMinor, price, currency } = answer.value.hold;
  assert.deepEqual(rest, { places, totalMinor, price, currency, partial: answer.value.partial });
}

export type Verb =
  | 'find'
  | 'renew'
  | 'release'
  | 'freeze'
  | 'markReserved'
  | 'unfreeze'
  | 'thaw'
  | 'endOther'
  | 'convert'
  | 'drop';

export const keepMs = 2 * minute;

/** The booking of a hold's payment, by its attempt. */
export function bookingOf({ id, attempts }: Pick<ModelHold, 'id' | 'attempts'>): string {
  return `${id}-${attempts}`;
}

export class OnHold implements Step {
  readonly verb: Verb;
  readonly pointer: number;
  readonly customer: string | null;
  readonly buyer: Buyer;
  constructor(verb: Verb, pointer: number, customer: string | null, buyer: Buyer) {
    this.buyer = buyer;
    this.verb = verb;
    this.pointer = pointer;
    this.customer = customer;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const { now, ledger, ids } = real;
    // Mostly one of the latest holds: older ones have mostly ended.
    const id = ids[ids.length - 1 - (this.pointer % 4)] ?? 'RES_NEVER';
    // Half of the calls come from the owner, or nothing would ever get anywhere.
    const held = model.holds.find((hold) => hold.id === id);
    const owner = held?.customer;
    const customer = this.pointer % 2 === 0 && owner !== undefined ? owner : this.customer;
    const before = model.ended.get(id);
    switch (this.verb) {
      case 'find':
        sameAnswer(ledger.find(id, customer, now), model.find(id, customer, now));
        break;
      case 'renew':
        sameAnswer(ledger.renew(id, customer, now), model.renew(id, customer, now));
        break;
      case 'release': {
        const answer = ledger.release(id, customer, now);
        sameAnswer(answer, model.release(id, customer, now));
        if (answer.accepted) noteEnd(real, id);
        break;
      }
      case 'freeze': {
        const bookingId = bookingOf({ id, attempts: (held?.attempts ?? 0) + 1 });
        sameAnswer(
          ledger.freeze(id, customer, now, 2 * minute, this.buyer, { bookingId, keepMs }),
          model.freeze(id, customer, now, 2 * minute, this.buyer),
        );
        break;
      }
      case 'unfreeze':
        ledger.unfreeze(id, held && bookingOf(held));
        model.unfreeze(id);
        break;
      case 'thaw':
        ledger.thaw(id, now, keepMs, held && bookingOf(held));
        model.thaw(id, now, keepMs);
        break;
      case 'endOther': {
        // Said late, of an attempt before this one: nobody listens.
        const other = bookingOf({ id, attempts: (held?.attempts ?? 0) - 1 });
        ledger.thaw(id, now, keepMs, other);
        ledger.unfreeze(id, other);
        break;
      }
      case 'markReserved':
      case 'convert':
      case 'drop':
        ledger[this.verb](id);
        model[this.verb](id);
        if (before === undefined && model.ended.has(id)) noteEnd(real, id);
        break;
    }
    checkAll(model, real);
  }
  toString = () => `${this.verb}(${this.pointer}, ${this.customer})`;
}

export class Sync implements Step {
  readonly placeNo: number;
  readonly state: PlaceRow['state'];
  readonly isFresh: boolean;
  constructor(placeNo: number, state: PlaceRow['state'], isFresh: boolean) {
    this.placeNo = placeNo;
    this.state = state;
    this.isFresh = isFresh;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const known = model.places.find(({ placeNo }) => placeNo === this.placeNo);
    const ticketId = known && !this.isFresh ? known.ticketId : `fresh-${real.made++}`;
    const ticketTypeId = this.placeNo < 10 ? 1 : this.placeNo < 16 ? 2 : 3;
    const row: PlaceRow = { placeNo: this.placeNo, ticketId, ticketTypeId, state: this.state };
    const dropped = real.ledger.sync([row]);
    assert.deepEqual(
      dropped.map(({ reservationId }) => reservationId),
      model.sync(row).map(({ id }) => id),
    );
    for (const { reservationId } of dropped) noteEnd(real, reservationId);
    checkAll(model, real);
  }
  toString = () => `sync(${this.placeNo}, ${this.state}${this.isFresh ? ', fresh ticket' : ''})`;
}

export class Pass implements Step {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  run(_: { model: LedgerModel }, real: Real): void {
    real.now += this.ms;
  }
  toString = () => `pass(${this.ms} ms)`;
}

export class Sweep implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    sweep(model, real);
    checkAll(model, real);
  }
  toString = () => 'expire()';
}

export class EndAll implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const ended = real.ledger.endAllHolds().map(({ reservationId }) => reservationId);
    assert.deepEqual(new Set(ended), new Set(model.endAllHolds()));
    for (const id of ended) noteEnd(real, id);
    checkAll(model, real);
  }
  toString = () => 'endAllHolds()';
}

export class ToggleSale implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    model.rules = { ...model.rules, isSelling: !model.rules.isSelling };
    real.ledger.changeRules(model.rules);
    checkAll(model, real);
  }
  toString = () => 'changeRules(isSelling)';
}

/** Staff cancel tickets of a purchase. */
export class Cancel implements Step {
  readonly pointer: number;
  readonly count: number;
  constructor(pointer: number, count: number) {
    this.pointer = pointer;
    this.count = count;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const purchase = model.purchases[this.pointer % Math.max(1, model.purchases.length)];
    if (!purchase) return;
    model.cancelPurchase(purchase.reservationId, this.count);
    real.ledger.cancelPurchase(purchase.reservationId, this.count);
    checkAll(model, real);
  }
  toString = () => `cancelPurchase(${this.pointer}, ${this.count})`;
}

export function sweep(model: LedgerModel, real: Real): void {
  model.sweep(real.now);
  for (const { reservationId } of real.ledger.expire(real.now)) {
    assert.equal(model.ended.get(reservationId), 'expired');
    noteEnd(real, reservationId);
  }
  assert.deepEqual(real.ledger.expire(real.now), [], 'each expired hold is answered once');
}

export function noteEnd(real: Real, id: string): void {
  real.endings.set(id, (real.endings.get(id) ?? 0) + 1);
}

function sameHold(hold: Hold, expected: ModelHold): void {
  const { reservationId, customer, status, expiresAt, renewals, attempts } = hold;
  const { id, deadline, ...rest } = expected;
  assert.deepEqual(
    {
      reservationId,
      customer,
      status,
      expiresAt,
      renewals,
      attempts,
      placeNos: hold.places.map(({ placeNo }) => placeNo),
    },
    {
      reservationId: id,
      customer: rest.customer,
      status: rest.status,
      expiresAt: deadline,
      renewals: rest.renewals,
      attempts: rest.attempts,
      placeNos: rest.placeNos,
    },
  );
}

function sameAnswer(
  answer: { accepted: true; value: Hold } | { accepted: false; refusal: ReservationRefusal | LimitRefusal },
  expected: ModelHold | ReservationRefusal | LimitRefusal,
): void {
  if ('code' in expected) assert.deepEqual(answer, { accepted: false, refusal: expected });
  else {
    assert.ok(answer.accepted, JSON.stringify(answer));
    sameHold(answer.value, expected);
  }
}

/** After every step: the counts (I2), the states, the endings (I3), and the change log agree. */
export function checkAll(model: LedgerModel, real: Real): void {
  const { ledger, now } = real;
  model.sweep(now);
  assert.deepEqual(ledger.availability(now), model.availability());
  assert.deepEqual(
    new Set(ledger.inPayment().map(({ reservationId }) => reservationId)),
    new Set(model.holds.flatMap(({ status, id }) => (status === 'paying' ? [id] : []))),
  );
  for (const { capacity, available, held, reserved, sold } of ledger.availability(now)) {
    assert.equal(available + held + reserved + sold, capacity);
  }
  const states = ledger.states(now);
  assert.deepEqual(withoutEnd(states), withoutEnd(model.states()));
  assert.equal(ledger.holdCount, model.holds.length);
  assert.equal(ledger.nextExpiryAt, model.nextExpiryAt());
  for (const hold of model.holds) {
    for (const placeNo of hold.placeNos) {
      const { ticketId } = model.at(placeNo);
      assert.equal(ledger.stateOf(ticketId)?.reservationId, hold.id, 'held places know their hold, and only one');
    }
  }
  const changed = ledger.changesSince(real.seen.version);
  assert.ok(changed !== null);
  const patched = Uint8Array.from(states, (_, placeNo) => real.seen.states[placeNo] ?? placeState.none);
  for (const placeNo of changed) patched[placeNo] = states[placeNo]!;
  assert.deepEqual(patched, Uint8Array.from(states), 'old map + changes = new map');
  if (states.length % 3 === 0) real.seen = { version: ledger.version, states: states.slice() };
}

/** Places that are not there at the end of the map need not be in it. */
function withoutEnd(states: Iterable<number>): number[] {
  const list = [...states];
  while (list.at(-1) === placeState.none) list.pop();
  return list;
}
