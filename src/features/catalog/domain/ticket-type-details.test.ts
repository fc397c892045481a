import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toDecimal } from '../../../kernel/money.ts';
import {
  changedTicketType,
  changeRatesCurrency,
  checkCategoriesApart,
  newTicketType,
  type TicketTypeDetails,
} from './ticket-type-details.ts';

const twoRates: TicketTypeDetails = {
  name: 'Floor',
  description: null,
  rates: [
    { name: 'adult', priceMinor: 4500 },
    { name: 'child', priceMinor: 2000 },
  ],
  capacity: 10,
  categories: null,
  salesFrom: null,
  salesUntil: null,
  isActive: true,
  isHidden: false,
};

function change(input: Parameters<typeof changedTicketType>[1]): TicketTypeDetails {
  const changed = changedTicketType(twoRates, input, 'EUR', null);
  assert.ok(changed.accepted);
  return changed.value;
}

test('one price becomes the standard rate', () => {
  const type = newTicketType({ name: 'A', price: 12.5, capacity: 1 }, 'EUR', null, '');
  assert.deepEqual(type.accepted && type.value.rates, [{ name: 'standard', priceMinor: 1250 }]);
});

test('a new price is that of the first rate; the others stay', () => {
  const rates = [
    { name: 'adult', price: 45 },
    { name: 'child', price: 20 },
  ];
  assert.deepEqual(change({ price: 50, rates }).rates, [{ name: 'adult', priceMinor: 5000 }, twoRates.rates[1]]);
});

test('new rates decide over the old price sent along', () => {
  assert.deepEqual(change({ price: 45, rates: [{ name: 'all', price: 30 }] }).rates, [
    { name: 'all', priceMinor: 3000 },
  ]);
});

test('what an answer shows changes nothing when it is sent back', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), priceMinor: fc.nat(10_000_000) }), {
        minLength: 1,
        maxLength: 5,
        selector: (rate) => rate.name,
      }),
      fc.constantFrom('EUR', 'JPY', 'KWD'),
      (rates, currency) => {
        const before = { ...twoRates, rates };
        const shown = rates.map((rate) => ({ name: rate.name, price: toDecimal(rate.priceMinor, currency) }));
        const input = { ...before, rates: shown, price: shown[0]!.price };
        assert.deepEqual(changedTicketType(before, input, currency, null), { accepted: true, value: before });
      },
    ),
  );
});

test('prices keep their decimal amount in another currency, or are refused', () => {
  assert.deepEqual(changeRatesCurrency(twoRates.rates, 'EUR', 'KWD'), {
    accepted: true,
    value: [
      { name: 'adult', priceMinor: 45_000 },
      { name: 'child', priceMinor: 20_000 },
    ],
  });
  assert.deepEqual(changeRatesCurrency([{ name: 'a', priceMinor: 4550 }], 'EUR', 'JPY').accepted, false);
});

test('a category belongs to one ticket type', () => {
  const types = [
    { categories: ['A', 'B'], at: '/0' },
    { categories: null, at: '/1' },
    { categories: ['B'], at: '/2' },
  ];
  const decision = checkCategoriesApart(types);
  assert.equal(!decision.accepted && decision.refusal.errors?.[0]?.field, '/2/categories');
  assert.equal(checkCategoriesApart(types.slice(0, 2)).accepted, true);
});
