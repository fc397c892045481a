import assert from 'node:assert/strict';
import test from 'node:test';
import { isSameVenue, nearestVenue, type WhereVenue } from './same-venue.ts';

const nowhere: WhereVenue = {
  address: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
  latitude: null,
  longitude: null,
};
const at = (facts: Partial<WhereVenue>): WhereVenue => ({ ...nowhere, ...facts });

const cases: [string, Partial<WhereVenue>, Partial<WhereVenue>, boolean][] = [
  ['nothing is known of either', {}, {}, true],
  ['one says nothing', { region: 'NY', country: 'US' }, {}, true],
  ['the town differs', { city: 'Bern' }, { city: 'Graz' }, false],
  ['the town is written otherwise', { city: ' bern' }, { city: 'Bern' }, true],
  ['the region differs', { region: 'NY', country: 'US' }, { region: 'CA', country: 'US' }, false],
  ['the country differs', { country: 'DE' }, { country: 'US' }, false],
  ['the postcode differs', { postalCode: '10115' }, { postalCode: '80331' }, false],
  [
    'the region is spelled otherwise',
    { region: 'CA', postalCode: '94110' },
    { region: 'California', postalCode: '94110' },
    true,
  ],
  ['they are far apart', { latitude: 52.5, longitude: 13.4 }, { latitude: 48.1, longitude: 11.6 }, false],
  ['they are across the date line', { latitude: -17, longitude: 179.99 }, { latitude: -17, longitude: -179.99 }, true],
  ['the street differs', { address: 'Mill Lane 1' }, { address: 'Mill Lane 2' }, false],
  ['a street is named and none is known', { address: 'Mill Lane 1' }, {}, false],
];
for (const [what, meant, known, same] of cases) {
  test(`venues of one name are ${same ? 'one' : 'two'} if ${what}`, () => {
    assert.equal(isSameVenue(at(meant), at(known)), same);
  });
}

test('of several that it may be, the one that agrees in most is meant', () => {
  const bare = at({});
  const inBern = at({ city: 'Bern', country: 'CH' });
  assert.equal(nearestVenue(at({ city: 'Bern' }), [bare, inBern]), inBern);
  assert.equal(nearestVenue(at({ city: 'Graz' }), [bare, inBern]), bare);
  assert.equal(nearestVenue(at({ city: 'Graz' }), [inBern]), undefined);
});
