import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';

let desk: TestApp;
before(async () => {
  desk = await startTestApp();
});

const read = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL(path, await desk.address()), { headers });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
};

describe('the picture of a show for links that are shared', () => {
  test('is a PNG of its poster, kept by whoever has it until the show is called otherwise', async () => {
    const office = boxOffice(desk);
    const { eventId } = await office.show({ title: 'Night Tide Piano' });
    const path = `/e/${eventId}/poster.png`;
    const [first, together] = await Promise.all([read(path), read(path)]);
    assert.equal(first.status, 200);
    assert.deepEqual(
      [first.headers.get('content-type'), first.headers.get('cache-control')],
      ['image/png', 'public, max-age=3600'],
    );
    assert.deepEqual([first.body.readUInt32BE(16), first.body.readUInt32BE(20)], [1_200, 630]);
    assert.deepEqual(together.body, first.body);
    const etag = first.headers.get('etag')!;
    assert.equal((await read(path, { 'if-none-match': etag })).status, 304);
    const german = await read(`${path}?language=de`);
    assert.equal(german.status, 200);
    assert.notEqual(german.headers.get('etag'), etag, 'its date is written otherwise');
    const renamed = await desk.client.send('PUT', `/api/events/${eventId}`, desk.staff, { title: 'Another Tide' });
    assert.equal(renamed.status, 200, renamed.text);
    const later = await read(path, { 'if-none-match': etag });
    assert.equal(later.status, 200);
    assert.notDeepEqual(later.body, first.body);
  });

  test('there is none of what nobody may see, nor in languages that are not spoken here', async () => {
    const { body } = await desk.client.send('POST', '/api/events', desk.staff, {
      title: 'Secret',
      venue: 'Hall',
      eventDate: '2027-06-01T20:00:00Z',
      status: 'draft',
    });
    for (const path of [`/e/${body.eventId}/poster.png`, '/e/999999999/poster.png'])
      assert.deepEqual([(await read(path)).status], [404], path);
    assert.equal((await read('/e/x/poster.png')).status, 400);
    assert.equal((await read('/e/1/poster.png?language=xx')).status, 400);
  });
});
