import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toDecimal, toMinorUnits } from '../../../kernel/money.ts';
import { breakDown, type Discount, type PriceBreakdown, type PriceTerms } from './break-down.ts';
import { dealOut, portion, shareOf, shareWithin, toPercent, toPpm } from './rounding.ts';

const tickets = (...prices: number[]) => prices.map((priceMinor) => ({ priceMinor, isDiscounted: true }));
const percent = (value: number): Discount => ({ rate: toPpm(value)!, amountMinor: null });
const off = (amountMinor: number): Discount => ({ rate: null, amountMinor });
const promo = (discount: Discount) => ({ code: 'SAVE', discount });
const figures = ({ lines: _lines, taxName: _name, promoCode: _code, ...rest }: PriceBreakdown) => rest;

describe('what an order costs', () => {
  test('without terms it is the sum of the tickets', () => {
    assert.deepEqual(figures(breakDown(tickets(4500, 2500), { serviceFee: null, tax: null }, null)), {
      ticketsMinor: 7000,
      discountMinor: 0,
      feeMinor: 0,
      feePaidBy: 'buyer',
      netMinor: 7000,
      taxMinor: 0,
      taxRate: 0,
      taxIncluded: true,
      totalMinor: 7000,
    });
  });

  test('discount first, then the fee per ticket, then the tax on both', () => {
    const terms: PriceTerms = {
      serviceFee: { perTicketMinor: 150, rate: null, paidBy: 'buyer' },
      tax: { name: 'IVA', rate: toPpm(21)!, isIncluded: false },
    };
    const price = breakDown(tickets(4500, 2500), terms, promo(percent(10)));
    assert.deepEqual(figures(price), {
      ticketsMinor: 7000,
      discountMinor: 700,
      feeMinor: 300,
      feePaidBy: 'buyer',
      netMinor: 6600,
      taxMinor: 1386,
      taxRate: 210_000,
      taxIncluded: false,
      totalMinor: 7986,
    });
    assert.deepEqual(
      price.lines.map(({ discountMinor, feeMinor, taxMinor, totalMinor }) => [
        discountMinor,
        feeMinor,
        taxMinor,
        totalMinor,
      ]),
      [
        [450, 150, 882, 5082],
        [250, 150, 504, 2904],
      ],
    );
  });

  test('a tax that is included changes no total; a fee that the organiser pays is not the buyer’s', () => {
    const terms: PriceTerms = {
      serviceFee: { perTicketMinor: null, rate: toPpm(5)!, paidBy: 'organizer' },
      tax: { name: null, rate: toPpm(21)!, isIncluded: true },
    };
    const { totalMinor, feeMinor, taxMinor, netMinor } = breakDown(tickets(1210), terms, null);
    assert.deepEqual(
      { totalMinor, feeMinor, taxMinor, netMinor },
      { totalMinor: 1210, feeMinor: 61, taxMinor: 210, netMinor: 1000 },
    );
  });

  test('tickets that cost nothing carry no fee: a code for all of the price makes the order free', () => {
    const terms: PriceTerms = { serviceFee: { perTicketMinor: 150, rate: null, paidBy: 'buyer' }, tax: null };
    assert.equal(breakDown(tickets(2500, 2500), terms, promo(percent(100))).totalMinor, 0);
    assert.equal(breakDown(tickets(2500, 0), terms, null).totalMinor, 2650);
  });

  test('an amount off is once for the order, and never more than the tickets it counts for', () => {
    const two = [
      { priceMinor: 1000, isDiscounted: true },
      { priceMinor: 5000, isDiscounted: false },
    ];
    assert.equal(breakDown(two, { serviceFee: null, tax: null }, promo(off(300))).totalMinor, 5700);
    assert.equal(breakDown(two, { serviceFee: null, tax: null }, promo(off(9000))).totalMinor, 5000);
  });
});

describe('rounding', () => {
  test('is half up, and exact where doubles are not', () => {
    assert.equal(shareOf(1005, toPpm(21)!), 211);
    assert.equal(shareOf(50, toPpm(1)!), 1);
    assert.equal(shareOf(49, toPpm(1)!), 0);
    assert.equal(shareWithin(1210, toPpm(21)!), 210);
    assert.equal(portion(999_999_999_999_999, 999_999_999_999, 999_999_999_999), 999_999_999_999_999);
    assert.equal(toPpm(8.875), 88_750);
    for (const wrong of [-1, 100.1, 1.000_001, Number.NaN]) assert.equal(toPpm(wrong), undefined);
    assert.equal(toPercent(88_750), 8.875);
  });

  test('what is dealt out adds up, nobody gets more than fits, and nothing goes to who has no weight', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 30 }), fc.nat(1_000_000), (weights, share) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        const total = shareOf(sum, share);
        const parts = dealOut(total, weights);
        assert.equal(
          parts.reduce((a, b) => a + b, 0),
          total,
        );
        for (const [i, part] of parts.entries()) {
          assert.ok(part >= 0 && part <= weights[i]!, `${part} of ${weights[i]}`);
          if (sum > 0) assert.ok(Math.abs(part - (total * weights[i]!) / sum) <= 1 + 1e-3);
        }
      }),
    );
  });

  test('every breakdown adds up, by column and by line, in currencies of 0, 2 and 3 decimals', () => {
    fc.assert(
      fc.property(order, currency, (input, code) => {
        const price = breakDown(input.tickets, input.terms, input.discount && promo(input.discount));
        const { lines, totalMinor, ticketsMinor, discountMinor, feeMinor, netMinor, taxMinor } = price;
        const buyersFee = (fee: number) => (price.feePaidBy === 'buyer' ? fee : 0);
        const addedTax = (tax: number) => (price.taxIncluded ? 0 : tax);
        assert.equal(totalMinor, ticketsMinor - discountMinor + buyersFee(feeMinor) + addedTax(taxMinor));
        assert.equal(netMinor + taxMinor, totalMinor);
        for (const name of ['priceMinor', 'discountMinor', 'feeMinor', 'taxMinor', 'totalMinor'] as const) {
          const column = { priceMinor: ticketsMinor, discountMinor, feeMinor, taxMinor, totalMinor };
          assert.equal(
            lines.reduce((sum, line) => sum + line[name], 0),
            column[name],
            name,
          );
        }
        for (const line of lines) {
          for (const figure of Object.values(line)) assert.ok(Number.isSafeInteger(figure) && figure >= 0);
          assert.equal(
            line.totalMinor,
            line.priceMinor - line.discountMinor + buyersFee(line.feeMinor) + addedTax(line.taxMinor),
          );
        }
        // The decimals that JSON shows come back as the same minor units.
        const shown = toMinorUnits(toDecimal(totalMinor, code), code);
        assert.deepEqual(shown, { accepted: true, value: totalMinor });
      }),
      { numRuns: 500 },
    );
  });
});

const amount = fc.oneof(fc.nat(20_000), fc.nat(100_000_000), fc.constant(0));
const rate = fc.oneof(fc.nat(1_000_000), fc.constantFrom(210_000, 70_000, 88_750, 1_000_000, 0));
const currency = fc.constantFrom('JPY', 'EUR', 'KWD');
const order = fc.record({
  tickets: fc.array(fc.record({ priceMinor: amount, isDiscounted: fc.boolean() }), { minLength: 1, maxLength: 10 }),
  terms: fc.record({
    serviceFee: fc.option(
      fc.oneof(
        fc.record({
          perTicketMinor: fc.nat(5000),
          rate: fc.constant(null),
          paidBy: fc.constantFrom('buyer' as const, 'organizer' as const),
        }),
        fc.record({
          perTicketMinor: fc.constant(null),
          rate,
          paidBy: fc.constantFrom('buyer' as const, 'organizer' as const),
        }),
      ),
    ),
    tax: fc.option(fc.record({ name: fc.constant(null), rate, isIncluded: fc.boolean() })),
  }),
  discount: fc.option(
    fc.oneof(
      fc.record({ rate, amountMinor: fc.constant(null) }),
      fc.record({ rate: fc.constant(null), amountMinor: amount }),
    ),
  ),
});
