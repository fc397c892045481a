import assert from 'node:assert/strict';
import test from 'node:test';
import { currencyBeside, readPrice } from './read-price.ts';

/** What is written, in which currency, the minor units, and whether that is doubtful. */
const readable: [unknown, string, number, boolean][] = [
  ['0.500', 'EUR', 50, true],
  ['25.000', 'EUR', 2_500, true],
  ['25.0000', 'EUR', 2_500, false],
  ['1000.000', 'EUR', 100_000, true],
  ['0,500', 'EUR', 50, true],
  ['1,500', 'EUR', 150_000, true],
  ['1.234.567', 'EUR', 123_456_700, false],
  ['1,234,567', 'EUR', 123_456_700, false],
  ['1.234,5', 'EUR', 123_450, false],
  ["1'250.00", 'CHF', 125_000, false],
  ['1\u00a0234,50 €', 'EUR', 123_450, false],
  ['1\u202f234', 'EUR', 123_400, false],
  ['.50', 'EUR', 50, false],
  ['12,-', 'EUR', 1_200, false],
  ['12.– Fr.', 'CHF', 1_200, false],
  ['ab 10 €', 'EUR', 1_000, true],
  ['10 € VVK', 'EUR', 1_000, true],
  ['£20', 'EUR', 2_000, true],
  ['20 CHF', 'EUR', 2_000, true],
  ['$20', 'GBP', 2_000, true],
  ['US$20', 'CAD', 2_000, true],
  ['$20', 'CAD', 2_000, false],
  ['¥20', 'CNY', 2_000, false],
  ['1.500', 'JPY', 1_500, true],
  ['1,500', 'JPY', 1_500, true],
  ['0.500', 'KWD', 500, false],
  ['25.000', 'KWD', 25_000, false],
  ['1,250', 'KWD', 1_250, true],
  [25, 'EUR', 2_500, false],
];
for (const [written, currency, minor, isDoubtful] of readable) {
  test(`${JSON.stringify(written)} in ${currency} is ${minor} minor units${isDoubtful ? ', with a doubt' : ''}`, () => {
    const read = readPrice(written, currency);
    assert(read.accepted);
    assert.equal(read.value.minor, minor);
    assert.equal(read.value.doubt !== undefined, isDoubtful);
  });
}

const several = ['10-15', '10 – 15 €', '20€, 16€', '20 / 16', '10 15', '10 to 15', '€10 €12', '10+2'];
for (const written of several) {
  test(`${JSON.stringify(written)} is refused with what to write`, () => {
    const read = readPrice(written, 'EUR');
    assert(!read.accepted);
    assert.match(read.refusal, /more than one price: write an offer for each, or lowPrice and highPrice/);
  });
}

test('what the currency cannot pay is refused, with what a point may have meant', () => {
  const refusal = (written: string, currency: string) => {
    const read = readPrice(written, currency);
    return read.accepted ? '' : read.refusal;
  };
  assert.match(refusal('1.234', 'EUR'), /more decimals than EUR.*if the point means thousands, leave it out/);
  assert.match(refusal('0.500', 'JPY'), /more decimals than JPY/);
  for (const written of ['1.23.45', '12,34,5', 'ask us', '1e3', '', '€', '-', '1 2345']) {
    assert.match(refusal(written, 'EUR'), /price/, written);
  }
});

test('the currency beside a price is found among other words, and no word is taken for one', () => {
  assert.equal(currencyBeside('ab 10 €', 'EUR'), 'EUR');
  assert.equal(currencyBeside('12,50€', 'EUR'), 'EUR');
  assert.equal(currencyBeside('10 CHF VVK', 'EUR'), 'CHF');
  assert.equal(currencyBeside('US$10', 'EUR'), 'USD');
  assert.equal(currencyBeside('10 VVK', 'EUR'), undefined);
  assert.equal(currencyBeside('10', 'EUR'), undefined);
  assert.equal(currencyBeside('$25', 'EUR'), 'USD');
  assert.equal(currencyBeside('$25', 'CAD'), 'CAD');
  assert.equal(currencyBeside('US$25', 'CAD'), 'USD');
});
