import assert from 'node:assert/strict';
import test from 'node:test';
import { countryCode } from './country.ts';

test('a country has the one code of today, however it is written', () => {
  for (const [written, code] of [
    ['France', 'FR'],
    ['Francia', 'FR'],
    ['FR', 'FR'],
    ['fx', 'FR'],
    ['Russia', 'RU'],
    ['Serbia', 'RS'],
    ['Benin', 'BJ'],
    ['Burkina Faso', 'BF'],
    ['Congo - Kinshasa', 'CD'],
    ['Deutschland', 'DE'],
    ['Vietnam', 'VN'],
    ['United Kingdom', 'GB'],
    ['UK', 'GB'],
    ['Timor-Leste', 'TL'],
  ] as const) {
    assert.equal(countryCode(written), code, written);
  }
  assert.equal(countryCode('EU'), undefined);
  assert.equal(countryCode('Atlantis'), undefined);
});
