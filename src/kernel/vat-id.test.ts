import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isVatId, readVatId } from './vat-id.ts';

const good: Readonly<Record<string, string>> = {
  DE123456789: 'DE123456789',
  'de 123 456 789': 'DE123456789',
  'ATU 12345678': 'ATU12345678',
  'BE 0123.456.789': 'BE0123456789',
  'CHE-123.456.789 MWST': 'CHE123456789MWST',
  ESB12345678: 'ESB12345678',
  ES12345678Z: 'ES12345678Z',
  'FR 12 345678901': 'FR12345678901',
  NL123456789B01: 'NL123456789B01',
  IE1234567WA: 'IE1234567WA',
};
for (const [written, read] of Object.entries(good)) {
  test(`${written} is read as ${read}`, () => assert.equal(readVatId(written), read));
}

for (const bad of [
  '',
  'DE',
  'DE12345678',
  'DE1234567890',
  '123456789',
  'US123456789',
  'AT12345678',
  '__proto__',
  'constructor',
]) {
  test(`${JSON.stringify(bad)} is none`, () => assert.equal(isVatId(bad), false));
}
