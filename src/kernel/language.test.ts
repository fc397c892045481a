import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage } from './language.ts';

const cases: readonly (readonly [string | undefined, string | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['*', undefined],
  ['de', 'de'],
  ['DE-at', 'de'],
  ['de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', 'de'],
  ['en-GB,en;q=0.9,de;q=0.8', 'en'],
  ['fr-FR,fr;q=0.9,de;q=0.5,en;q=0.4', 'de'],
  ['fr,es', undefined],
  ['en;q=0.4, de;q=0.5', 'de'],
  ['en , de', 'en'],
  ['de;q=0, en;q=0.1', 'en'],
  ['de;q=0', undefined],
  ['de;q=7', undefined],
  ['de; q = 0.3', 'de'],
  ['den, english', undefined],
  [`de,${'x'.repeat(400)}`, undefined],
];

for (const [header, language] of cases) {
  test(`Accept-Language ${header?.slice(0, 50)} asks for ${language}`, () => {
    // A second look finds what the first has kept.
    assert.equal(preferredLanguage(header), language);
    assert.equal(preferredLanguage(header), language);
  });
}
