import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

const testApp = await startTestApp();
const office = boxOffice(testApp);
const { app, staff } = testApp;
const { eventId, venueId, ticketTypes } = await office.show();
const performer = await office.send('POST', '/api/performers', staff, { name: 'Ana' });

const resources: [what: string, url: string, first: object, second: object][] = [
  ['an event', `/api/events/${eventId}`, { title: 'First' }, { title: 'Second' }],
  ['a venue', `/api/venues/${venueId}`, { name: 'First' }, { name: 'Second' }],
  ['a performer', `/api/performers/${performer.body.performerId}`, { name: 'First' }, { name: 'Second' }],
  [
    'a ticket type',
    `/api/events/${eventId}/ticket-types/${ticketTypes[0].ticketTypeId}`,
    { name: 'First' },
    { name: 'Second' },
  ],
];

for (const [what, url, first, second] of resources) {
  const put = (body: object, match?: string) =>
    office.send('PUT', url, { ...staff, ...(match !== undefined && { 'if-match': match }) }, body);

  test(`${what} is changed only from the version that was seen`, async () => {
    const seen = await office.send('GET', url, staff);
    const tag = String(seen.headers.etag);
    assert.equal(tag, `"v${seen.body.version}"`);
    const changed = await put(first, tag);
    assert.equal(changed.status, 200, changed.text);
    assert.notEqual(changed.headers.etag, tag);
    const late = await put(second, tag);
    assert.deepEqual([late.status, late.body.code], [412, 'VERSION_MISMATCH']);
    assert.equal(late.body.version, changed.body.version);
    assert.equal((await put(second, String(changed.headers.etag))).status, 200);
  });

  test(`${what} takes its bare version, any, and none; what is no version of ours matches nothing`, async () => {
    const { body } = await office.send('GET', url, staff);
    assert.equal((await put({}, `"0", "${body.version}"`)).status, 200);
    for (const match of ['*', undefined]) assert.equal((await put({}, match)).status, 200);
    for (const match of ['"abc"', '', '"v"', '"v0"', 'x'.repeat(400)]) assert.equal((await put({}, match)).status, 412);
  });
}

test('of two edits from the same version at once, one is refused', async () => {
  const tag = String((await office.send('GET', `/api/events/${eventId}`, staff)).headers.etag);
  const edits = ['One', 'Two'].map((title) =>
    office.send('PUT', `/api/events/${eventId}`, { ...staff, 'if-match': tag }, { title }),
  );
  assert.deepEqual((await Promise.all(edits)).map(({ status }) => status).sort(), [200, 412]);
});

test('the tag of the public page will do, although counters moved since', async () => {
  const page = await app.inject(`/api/events/${eventId}`);
  await office.hold({ eventId, quantity: 1 });
  const headers = { ...staff, 'if-match': String(page.headers.etag) };
  assert.equal((await office.send('PUT', `/api/events/${eventId}`, headers, { title: 'Third' })).status, 200);
  const again = await app.inject({
    url: `/api/events/${eventId}`,
    headers: { 'if-none-match': String(page.headers.etag) },
  });
  assert.equal(again.statusCode, 200);
  const same = await app.inject({
    url: `/api/events/${eventId}`,
    headers: { 'if-none-match': String(again.headers.etag) },
  });
  assert.equal(same.statusCode, 304);
});
