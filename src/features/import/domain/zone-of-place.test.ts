import assert from 'node:assert/strict';
import test from 'node:test';
import { only, parse, sampleShow } from '../../../../test/support/sample-show.ts';

const places: [string, unknown, object | null, string][] = [
  ['a region by its name', { addressRegion: 'California', addressCountry: 'US' }, null, 'America/Los_Angeles'],
  ['a region by its code', { addressRegion: 'ca', addressCountry: 'United States' }, null, 'America/Los_Angeles'],
  ['a region by its long code', { addressRegion: 'US-UT', addressCountry: 'US' }, null, 'America/Denver'],
  [
    'Ave NE in a street',
    { streetAddress: '75 5th St NW Ave NE', addressLocality: 'Atlanta', addressRegion: 'GA', addressCountry: 'US' },
    null,
    'America/New_York',
  ],
  ['Ave NE in a text', '123 Peachtree Ave NE, Atlanta, GA 30303, USA', null, 'America/New_York'],
  [
    'Ave NE in Washington',
    { streetAddress: '1 H St NE', addressLocality: 'Washington', addressRegion: 'DC', addressCountry: 'US' },
    null,
    'America/New_York',
  ],
  ['Washington DC as a text', '1 H St NE, Washington, DC 20002, USA', null, 'America/New_York'],
  ['Washington State', { addressRegion: 'Washington', addressCountry: 'US' }, null, 'America/Los_Angeles'],
  [
    'Kansas City',
    { addressLocality: 'Kansas City', addressRegion: 'MO', addressCountry: 'US' },
    null,
    'America/Chicago',
  ],
  [
    'coordinates against the region',
    { addressRegion: 'TN', addressCountry: 'US' },
    { latitude: 35.96, longitude: -83.92 },
    'America/New_York',
  ],
  ['a postcode in a divided state', { postalCode: '37203', addressCountry: 'US' }, null, 'America/Chicago'],
  ['a postcode in its other half', { postalCode: '37902', addressCountry: 'US' }, null, 'America/New_York'],
  [
    'a street called after an island',
    { streetAddress: 'Calle de Tenerife 12', postalCode: '28039', addressLocality: 'Madrid', addressCountry: 'ES' },
    null,
    'Europe/Madrid',
  ],
  ['such a street in a text', 'Calle de Tenerife, 28039 Madrid, Spain', null, 'Europe/Madrid'],
  ['such a street without a postcode', 'Calle Islas Canarias 3, Valencia, España', null, 'Europe/Madrid'],
  ['an island by postcode', { postalCode: '38001', addressCountry: 'ES' }, null, 'Atlantic/Canary'],
  ['an island by a town', { addressLocality: 'Santa Cruz de Tenerife', addressCountry: 'ES' }, null, 'Atlantic/Canary'],
  ['an island in a text', 'Calle Mayor 3, Las Palmas de Gran Canaria, España', null, 'Atlantic/Canary'],
  ['Ceuta', { postalCode: '51001', addressCountry: 'ES' }, null, 'Africa/Ceuta'],
  ['Madeira', { postalCode: '9000-018', addressCountry: 'PT' }, null, 'Atlantic/Madeira'],
  ['the Azores', { addressRegion: 'Açores', addressCountry: 'PT' }, null, 'Atlantic/Azores'],
  ['Quebec', { addressRegion: 'Québec', addressCountry: 'CA' }, null, 'America/Toronto'],
  ['a Canadian postcode', { postalCode: 'T2P 1J9', addressCountry: 'Canada' }, null, 'America/Edmonton'],
  ['an Australian postcode', { postalCode: '6000', addressCountry: 'AU' }, null, 'Australia/Perth'],
  ['a Brazilian state', { addressRegion: 'AM', addressCountry: 'BR' }, null, 'America/Manaus'],
  ['Réunion as a part of France', { postalCode: '97400', addressCountry: 'FR' }, null, 'Indian/Reunion'],
  ['Martinique by its name', { addressRegion: 'Martinique', addressCountry: 'FR' }, null, 'America/Martinique'],
  ['Nouméa in a text', 'Rue de la Réunion 5, 98800 Nouméa, France', null, 'Pacific/Noumea'],
  ['a street called after Réunion', 'Rue de la Réunion 5, 75020 Paris, France', null, 'Europe/Paris'],
  ['Puerto Rico', { postalCode: '00901', addressCountry: 'US' }, null, 'America/Puerto_Rico'],
  ['Guam', { addressRegion: 'GU', addressCountry: 'US' }, null, 'Pacific/Guam'],
  ['coordinates alone', {}, { latitude: 48.2, longitude: 16.37 }, 'Europe/Vienna'],
  ['coordinates of another country', { addressCountry: 'DE' }, { latitude: 40.7, longitude: -74 }, 'Europe/Berlin'],
  ['a zone of two names', { addressCountry: 'UA' }, { latitude: 50.45, longitude: 30.5 }, 'Europe/Kiev'],
];
for (const [what, address, geo, zone] of places) {
  test(`the zone of ${what} is ${zone}`, () => {
    const location = { '@type': 'Place', name: 'V', address, ...(geo && { geo }) };
    assert.equal(only({ location, startDate: '2030-03-01T20:00' }).timeZone, zone);
  });
}

test('an offset that the place does not have then is noted, UTC is not', () => {
  const at = (startDate: string) => parse({ ...sampleShow, startDate }).notes.map(({ reason }) => reason);
  assert.match(
    at('2030-12-01T20:00:00+02:00')[0]!,
    /written with \+02:00, but Europe\/Berlin has \+01:00 then.*T19:00/,
  );
  assert.match(at('2030-07-01T20:00:00+00:00')[0]!, /written with \+00:00/);
  assert.match(at('2030-07-01T20:00:00-05:30')[0]!, /written with -05:30/);
  assert.deepEqual(at('2030-07-01T20:00:00+02:00'), []);
  assert.deepEqual(at('2030-07-01T18:00:00Z'), []);
});

test('a place that nobody knows is in the zone of the organiser if the offset fits, and a guess is noted', () => {
  const location = { name: 'X' };
  const zone = (startDate: string) => only({ location, startDate }, { organizerZone: 'Europe/Zurich' }).timeZone;
  assert.equal(zone('2030-03-01T20:00'), 'Europe/Zurich');
  assert.equal(zone('2030-03-01T20:00:00+01:00'), 'Europe/Zurich');
  assert.equal(zone('2030-03-01T20:00:00+05:00'), 'Etc/GMT-5');
  const { shows, notes } = parse({ ...sampleShow, location, startDate: '2030-03-01T20:00' });
  assert.equal(shows[0]?.timeZone, 'UTC');
  assert.match(notes[0]!.reason, /does not say in which time zone/);
});

test('where the country alone is known and is wide, the zone of the organiser there goes first, and a guess is noted', () => {
  const place = (address: object, organizerZone?: string, startDate = '2030-03-01T20:00') => {
    const location = { '@type': 'Place', name: 'V', address };
    const { shows, notes } = parse({ ...sampleShow, location, startDate }, organizerZone ? { organizerZone } : {});
    return [shows[0]?.timeZone, notes.map(({ reason }) => /neither region, postcode/.test(reason)).includes(true)];
  };
  const perth = { addressLocality: 'Perth', addressCountry: 'AU' };
  assert.deepEqual(place(perth), ['Australia/Sydney', true]);
  assert.deepEqual(place(perth, 'Australia/Perth'), ['Australia/Perth', true]);
  assert.deepEqual(place(perth, 'Europe/Berlin'), ['Australia/Sydney', true]);
  assert.deepEqual(place(perth, undefined, '2030-03-01T20:00:00+08:00'), ['Australia/Perth', false]);
  assert.deepEqual(place({ addressLocality: 'Vladivostok', addressCountry: 'RU' }), ['Europe/Moscow', true]);
  assert.deepEqual(place({ ...perth, addressRegion: 'WA' }), ['Australia/Perth', false]);
  assert.deepEqual(place({ addressLocality: 'Berlin', addressCountry: 'DE' }), ['Europe/Berlin', false]);
});
