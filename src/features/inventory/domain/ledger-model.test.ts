import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLedger, minute, noon } from './ledger-makers.test-support.ts';
import { LedgerModel } from './ledger-model.test-support.ts';
import { Restart } from './ledger-model-restart.test-support.ts';
import {
  Cancel,
  customers,
  EndAll,
  mails,
  OnHold,
  Pass,
  Place,
  type Real,
  Sweep,
  Sync,
  start,
  sweep,
  ToggleSale,
  type Verb,
} from './ledger-model-steps.test-support.ts';
import { placeState, type Selection } from './types.ts';

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
  onHold('freeze', 'markReserved', 'thaw', 'convert', 'unfreeze', 'endOther'),
  onHold('find', 'renew', 'release', 'drop', 'freeze', 'thaw'),
  sync,
  fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })).map(([pointer, count]) => new Cancel(pointer, count)),
  fc.constantFrom(1, minute, 2 * minute, 5 * minute, 15 * minute - 1, 15 * minute).map((ms) => new Pass(ms)),
  fc.constantFrom(
    new Sweep(),
    new Sweep(),
    new EndAll(),
    new ToggleSale(),
    new Restart('open'),
    new Restart('declined'),
    new Restart('lapsed'),
  ),
];

test('the ledger answers like the model, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 80, size: 'max' }), (commands) => {
      const model = new LedgerModel(start);
      const ledger = createLedger(start, noon);
      const seen = { version: ledger.version, states: ledger.states(noon).slice() };
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
