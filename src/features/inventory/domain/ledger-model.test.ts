import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLedger } from './create-ledger.ts';
import type { EventLedger } from './ledger.ts';
import {
  accessCode,
  bought,
  codesOf,
  drawHall,
  freePlaces,
  minute,
  noon,
  promoCode,
  saleRules,
  saleType,
  snapshot,
} from './ledger-makers.test-support.ts';
import { LedgerModel, type ModelHold } from './ledger-model.test-support.ts';
import type {
  Buyer,
  Hold,
  HoldRequest,
  JournaledHold,
  LimitRefusal,
  PlaceRow,
  ReservationRefusal,
  Selection,
} from './types.ts';
import { placeState } from './types.ts';

/** The real ledger and what a test must remember about it. */
interface Real {
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

/** The commands of fast-check carry model and system; the model is kept beside so that a restart can replace it. */
type Step = fc.Command<{ model: LedgerModel }, Real>;

const hall = drawHall('..w...', '-', '....');
const start = snapshot({
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

const customers = ['ada', 'bob', 'cyd'];
const mails = ['ada@example.org', 'bob@example.org'];

class Place implements Step {
  readonly request: Omit<HoldRequest, 'reservationId'>;
  constructor(request: Omit<HoldRequest, 'reservationId'>) {
    this.request = request;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const request = { ...this.request, reservationId: `RES_${real.made++}` };
    const expected = model.expectPlace(request, real.now);
    const answer = real.ledger.place(request, real.now);
    if ('refusal' in expected) {
      assert.deepEqual(answer, { accepted: false, refusal: expected.refusal });
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

type Verb = 'find' | 'renew' | 'release' | 'freeze' | 'markReserved' | 'thaw' | 'convert' | 'drop';

class OnHold implements Step {
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
    const owner = model.holds.find((hold) => hold.id === id)?.customer;
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
      case 'freeze':
        sameAnswer(
          ledger.freeze(id, customer, now, 2 * minute, this.buyer),
          model.freeze(id, customer, now, 2 * minute, this.buyer),
        );
        break;
      case 'thaw':
        ledger.thaw(id, now, 2 * minute);
        model.thaw(id, now, 2 * minute);
        break;
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

class Sync implements Step {
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

class Pass implements Step {
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

class Sweep implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    sweep(model, real);
    checkAll(model, real);
  }
  toString = () => 'expire()';
}

class EndAll implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    const ended = real.ledger.endAllHolds().map(({ reservationId }) => reservationId);
    assert.deepEqual(new Set(ended), new Set(model.endAllHolds()));
    for (const id of ended) noteEnd(real, id);
    checkAll(model, real);
  }
  toString = () => 'endAllHolds()';
}

class ToggleSale implements Step {
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    model.rules = { ...model.rules, isSelling: !model.rules.isSelling };
    real.ledger.changeRules(model.rules);
    checkAll(model, real);
  }
  toString = () => 'changeRules(isSelling)';
}

/** Staff cancel tickets of a purchase. */
class Cancel implements Step {
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

/** The process dies; a new ledger is made from what the database and the journal say. */
class Restart implements Step {
  check = () => true;
  run(shared: { model: LedgerModel }, real: Real): void {
    const { model } = shared;
    sweep(model, real);
    const journal = model.holds.map(({ id }) => real.ledger.toJournal(id)) as JournaledHold[];
    const places = model.places
      .filter(({ state }) => state !== placeState.none)
      .map((place) => ({ ...place, state: place.state === placeState.held ? placeState.available : place.state }));
    const inPayment = model.holds.filter(({ placeNos }) =>
      placeNos.some((no) => model.at(no).state !== placeState.held),
    );
    for (const hold of inPayment) {
      noteEnd(real, hold.id);
      model.purchases.push(model.purchaseOf(hold));
      model.drop(hold.id);
    }
    model.expired.clear();
    for (const hold of model.holds) {
      hold.status = 'active';
      hold.mail = null;
    }
    model.places = model.places.filter(({ state }) => state !== placeState.none);
    real.epochs += 1;
    real.ledger = createLedger(
      {
        ...start,
        epoch: `e${real.epochs}`,
        rules: model.rules,
        places: places as PlaceRow[],
        holds: journal,
        purchases: model.purchases,
      },
      real.now,
    );
    assert.equal(real.ledger.changesSince(real.seen.version), null, 'a version of another epoch says nothing');
    real.seen = { version: real.ledger.version, states: real.ledger.states().slice() };
    checkAll(model, real);
  }
  toString = () => 'restart()';
}

function sweep(model: LedgerModel, real: Real): void {
  model.sweep(real.now);
  for (const { reservationId } of real.ledger.expire(real.now)) {
    assert.equal(model.ended.get(reservationId), 'expired');
    noteEnd(real, reservationId);
  }
  assert.deepEqual(real.ledger.expire(real.now), [], 'each expired hold is answered once');
}

function noteEnd(real: Real, id: string): void {
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
function checkAll(model: LedgerModel, real: Real): void {
  const { ledger, now } = real;
  model.sweep(now);
  ledger.findByTicket('nobody', null, now);
  assert.deepEqual(ledger.availability(), model.availability());
  for (const { capacity, available, held, reserved, sold } of ledger.availability()) {
    assert.equal(available + held + reserved + sold, capacity);
  }
  const states = ledger.states();
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

const selection: fc.Arbitrary<Selection> = fc.oneof(
  fc.record({
    kind: fc.constant('items' as const),
    items: fc.array(
      fc.record({
        ticketTypeId: fc.constantFrom(1, 1, 2, 2, 3),
        quantity: fc.integer({ min: 1, max: 4 }),
        rate: fc.constantFrom('Adult', 'Child'),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    kind: fc.constant('tickets' as const),
    ticketIds: fc.array(
      fc.nat(19).map((no) => `ticket-${no}`),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

const place = fc
  .record({
    customer: fc.constantFrom(...customers),
    selection,
    partial: fc.boolean(),
    contact: fc.option(
      fc.record({ name: fc.constant(null), email: fc.constantFrom(...mails), phone: fc.constant(null) }),
    ),
    account: fc.option(fc.constantFrom('account:1', 'account:2')),
    promoCode: fc.option(fc.constantFrom('THREE', 'HALF', 'FANS', 'NEVER'), { freq: 2 }),
    accessCode: fc.option(fc.constantFrom('FANS', 'THREE'), { freq: 1 }),
    idempotency: fc.option(
      fc.record({ key: fc.constantFrom('k1', 'k2'), requestHash: fc.constantFrom('h1', 'h1', 'h2') }),
    ),
  })
  .map((request) => new Place(request));

const onHold = (...verbs: Verb[]) =>
  fc
    .tuple(
      fc.constantFrom(...verbs),
      fc.nat(7),
      fc.constantFrom(...customers, 'account:1', null),
      fc.record({ account: fc.option(fc.constant('account:2')), email: fc.option(fc.constantFrom(...mails)) }),
    )
    .map(([verb, pointer, customer, buyer]) => new OnHold(verb, pointer, customer, buyer));

const states = [placeState.available, placeState.reserved, placeState.sold, placeState.blocked, placeState.none];
const sync = fc
  .tuple(fc.nat(22), fc.constantFrom(...states), fc.boolean())
  .map(([placeNo, state, isFresh]) => new Sync(placeNo, state, isFresh));

const steps = [
  place,
  place,
  onHold('freeze', 'markReserved', 'thaw', 'convert'),
  onHold('find', 'renew', 'release', 'drop', 'freeze', 'thaw'),
  sync,
  fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })).map(([pointer, count]) => new Cancel(pointer, count)),
  fc.constantFrom(1, minute, 2 * minute, 5 * minute, 15 * minute - 1, 15 * minute).map((ms) => new Pass(ms)),
  fc.constantFrom(new Sweep(), new Sweep(), new EndAll(), new ToggleSale(), new Restart()),
];

test('the ledger answers like the model, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 80, size: 'max' }), (commands) => {
      const model = new LedgerModel(start);
      const ledger = createLedger(start, noon);
      const seen = { version: ledger.version, states: ledger.states().slice() };
      const real: Real = { ledger, now: noon, made: 0, ids: [], endings: new Map(), seen, epochs: 1 };
      fc.modelRun(() => ({ model: { model }, real }), commands);
      sweep(model, real);
      for (const id of real.ids) {
        const isLive = model.holds.some((hold) => hold.id === id);
        assert.equal((real.endings.get(id) ?? 0) + (isLive ? 1 : 0), 1, `hold ${id} is live or has ended once`);
      }
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 300) },
  );
});
