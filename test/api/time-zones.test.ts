import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { staff, guest, show, reserve, buy } = catalogClient(testApp);
const barn = {
  title: 'Barn Dance',
  eventDate: '2030-06-01T20:00:00+02:00',
  venue: 'The Barn',
  venueAddress: 'Mill Lane 3',
  ticketTypes: [{ name: 'Entry', price: 12.5, capacity: 80 }],
};
/** An organiser of its own, where its zone is to change: the shows of all others would follow. */
async function ownOrganizer(name: string) {
  const { body: org } = await staff('POST', '/api/organizers', { name });
  const theirStaff = { ...testApp.staff, 'x-organizer': org.slug as string };
  return { org, theirs: catalogClient({ ...testApp, staff: theirStaff }) };
}
let houses = 0;
const house = async (timeZone: string) =>
  (await staff('POST', '/api/venues', { name: `House ${++houses}`, timeZone })).body.venueId as number;
const put = async (url: string, body: object) => {
  const answer = await staff('PUT', url, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};
const read = async (eventId: number) => (await guest('GET', `/api/events/${eventId}`)).body;
const clockOf = ({ localStart, timeZone }: { localStart: string; timeZone: string }) => [localStart, timeZone];
/** The server's clock, as a hold shows it. */
const now = async () => {
  const { body } = await guest('POST', '/api/tickets/reserve', { eventId: (await show(barn)).eventId, quantity: 1 });
  return Date.parse(body.expiresAt) - body.expiresInSeconds * 1_000;
};
const foundOn = async (date: string, eventId: number) =>
  (await guest('GET', `/api/search?date=${date}&limit=50`)).body.items.some(
    (one: { eventId: number }) => one.eventId === eventId,
  );
const mailTo = async (address: string) => {
  await testApp.runJobs();
  await testApp.runJobs();
  const [mail] = await testApp.database.query<{ text: string }>(
    'SELECT body_text AS text FROM kept_mails WHERE recipient = $1 ORDER BY kept_at DESC LIMIT 1',
    [address],
  );
  return mail!.text;
};

describe('a show at a place of which nobody has said the zone', () => {
  test(
    'is shown by the clock that was written, in answers, in search, in mails and on the order page',
    needs('database'),
    async () => {
      const made = await show(barn);
      assert.deepEqual(clockOf(made), ['2030-06-01T20:00:00+02:00', '+02:00']);
      assert.equal(made.startsAt, '2030-06-01T18:00:00.000Z');
      const held = await guest('POST', '/api/tickets/reserve', {
        ...{ eventId: made.eventId, ticketTypeId: made.ticketTypes[0].ticketTypeId, quantity: 1 },
        customerEmail: 'barn@example.org',
      });
      const { reservationId, sessionToken } = held.body;
      const headers = { 'x-session-token': sessionToken, 'idempotency-key': reservationId };
      const payment = { provider: 'sandbox', token: 'tok_ok' };
      await guest('POST', '/api/tickets/purchase', { reservationId, payment }, headers);
      const mail = await mailTo('barn@example.org');
      assert.match(mail, /Saturday, 1 June 2030 at 20:00 \(UTC\+2\)/);
      const [, path] = /https?:\/\/[^/\s]+(\/\S*orders?\/\S+)/.exec(mail)!;
      // The order's page shows what the API says of the show.
      const order = await guest('GET', `/api${path!.replace(/^\/order\//, '/orders/')}`);
      assert.deepEqual([order.body.show.startsAt, order.body.show.timeZone], ['2030-06-01T18:00:00.000Z', '+02:00']);
      assert.doesNotMatch(mail, /Etc\/|18:00/);
    },
  );

  test('is found on its own day', async () => {
    const { eventId, localStart } = await show({ ...barn, eventDate: '2030-12-02T00:30:00+01:00' });
    assert.equal(localStart, '2030-12-02T00:30:00+01:00');
    assert.deepEqual([await foundOn('2030-12-02', eventId), await foundOn('2030-12-01', eventId)], [true, false]);
  });

  test('is in UTC if that is all that was written, and keeps a zone that the request names', async () => {
    assert.deepEqual(clockOf(await show({ ...barn, eventDate: '2030-06-01T18:00:00Z' })), [
      '2030-06-01T18:00:00+00:00',
      'UTC',
    ]);
    const named = await show({ ...barn, timeZone: 'europe/lisbon' });
    assert.deepEqual(clockOf(named), ['2030-06-01T19:00:00+01:00', 'Europe/Lisbon']);
    assert.equal((await show({ ...barn, timeZone: 'Etc/GMT-3' })).timeZone, '+03:00');
    const { status, body } = await staff('POST', '/api/events', { ...barn, timeZone: 'Moon/Base' });
    assert.deepEqual([status, body.code, body.errors[0].field], [400, 'TIME_ZONE_UNKNOWN', '/timeZone']);
  });

  test('takes the offset of a new start, and keeps its own where that is not contradicted', async () => {
    const { eventId } = await show(barn);
    const winter = await put(`/api/events/${eventId}`, { eventDate: '2030-12-01T20:00:00+01:00' });
    assert.deepEqual(clockOf(winter), ['2030-12-01T20:00:00+01:00', '+01:00']);
    const byProgram = await put(`/api/events/${eventId}`, { startsAt: '2030-12-01T20:00:00Z' });
    assert.deepEqual(clockOf(byProgram), ['2030-12-01T21:00:00+01:00', '+01:00']);
    const sentBack = await put(`/api/events/${eventId}`, { ...byProgram, title: 'Barn Ball' });
    assert.deepEqual(clockOf(sentBack), clockOf(byProgram));
  });
});

describe("a show by its venue's clock", () => {
  test('moved to a venue in another zone is by the clock there, in every answer and in search', async () => {
    const { eventId, ...made } = await show({
      ...barn,
      venue: undefined,
      venueAddress: undefined,
      venueId: await house('Europe/Madrid'),
    });
    assert.deepEqual(clockOf(made as never), ['2030-06-01T20:00:00+02:00', 'Europe/Madrid']);
    const canary = await house('Atlantic/Canary');
    const moved = await put(`/api/events/${eventId}`, { venueId: canary, startsAt: '2030-06-01T20:00:00+01:00' });
    assert.deepEqual(clockOf(moved), ['2030-06-01T20:00:00+01:00', 'Atlantic/Canary']);
    const { body } = await guest('GET', '/api/search?date=2030-06-01&term=barn&limit=50');
    const found = body.items.find((one: { eventId: number }) => one.eventId === eventId);
    assert.deepEqual(clockOf(found), clockOf(moved));
    const kept = await put(`/api/events/${eventId}`, {
      venueId: await house('Europe/Lisbon'),
      timeZone: 'Europe/Paris',
    });
    assert.deepEqual(clockOf(kept), ['2030-06-01T21:00:00+02:00', 'Europe/Paris']);
  });

  test('moved by its own answer with the venue edited takes the zone there; named anew, the zone stays', async () => {
    const made = await show({ ...barn, venueId: await house('Europe/Madrid') });
    const answer = await read(made.eventId);
    const venueId = await house('Atlantic/Canary');
    assert.equal((await put(`/api/events/${made.eventId}`, { ...answer, venueId })).timeZone, 'Atlantic/Canary');
    const other = await show({ ...barn, venueId: await house('Europe/Madrid') });
    const stays = await put(`/api/events/${other.eventId}`, { venueId, timeZone: 'Europe/Madrid' });
    assert.equal(stays.timeZone, 'Europe/Madrid');
  });

  test('moved by the name of the venue, or to one that nobody knows', async () => {
    await house('Atlantic/Canary');
    const name = `House ${houses}`;
    const made = await show({ ...barn, venueId: await house('Europe/Madrid') });
    assert.equal((await put(`/api/events/${made.eventId}`, { venue: name })).timeZone, 'Atlantic/Canary');
    // Nobody knows where that is: nothing contradicts the clock so far, a written offset does.
    const unknown = await put(`/api/events/${made.eventId}`, { venue: 'Somewhere' });
    assert.equal(unknown.timeZone, 'Atlantic/Canary');
    const far = await put(`/api/events/${made.eventId}`, { venue: 'Far', startsAt: '2030-06-01T20:00:00-05:00' });
    assert.deepEqual(clockOf(far), ['2030-06-01T20:00:00-05:00', '-05:00']);
  });

  test(
    'follows when the zone of the venue is corrected, also in search; a zone of its own stays',
    needs('database'),
    async () => {
      const early = { ...barn, eventDate: '2030-03-02T00:30:00+01:00' };
      const simple = await show({ ...early, venue: 'The Mill' });
      const own = await show({ ...early, venue: 'The Mill', timeZone: 'Europe/Athens' });
      assert.equal(await foundOn('2030-03-02', simple.eventId), true);
      const url = `/api/venues/${simple.venueId}`;
      await put(url, { timeZone: 'Europe/Madrid' });
      assert.deepEqual(clockOf(await read(simple.eventId)), ['2030-03-02T00:30:00+01:00', 'Europe/Madrid']);
      await put(url, { timeZone: 'Atlantic/Canary' });
      const followed = await read(simple.eventId);
      assert.deepEqual(clockOf(followed), ['2030-03-01T23:30:00+00:00', 'Atlantic/Canary']);
      assert.equal(followed.startsAt, simple.startsAt);
      assert.ok(followed.version > simple.version);
      assert.deepEqual(
        [await foundOn('2030-03-01', simple.eventId), await foundOn('2030-03-02', simple.eventId)],
        [true, false],
      );
      await put(url, { timeZone: 'UTC' });
      assert.deepEqual(clockOf(await read(simple.eventId)), clockOf(followed), 'nobody knows it any more');
      assert.equal((await read(own.eventId)).timeZone, 'Europe/Athens');
      const history = await testApp.database.query<{ data: { changes?: object } }>(
        `SELECT data FROM event_store WHERE stream = $1 AND type = 'EventUpdated' ORDER BY version`,
        [`event-${simple.eventId}`],
      );
      assert.deepEqual(
        history.map(({ data }) => data.changes),
        [{ timeZone: 'Europe/Madrid' }, { timeZone: 'Atlantic/Canary' }],
      );
    },
  );

  test('a venue says the zone of a place', async () => {
    for (const timeZone of ['+02:00', 'Etc/GMT-2', 'Moon/Base']) {
      const { status, body } = await staff('POST', '/api/venues', { name: 'Odd', timeZone });
      assert.deepEqual([status, body.code], [400, 'TIME_ZONE_UNKNOWN'], timeZone);
    }
    const { body } = await staff('POST', '/api/venues', { name: 'Odd', timeZone: 'europe/madrid' });
    assert.equal(body.timeZone, 'Europe/Madrid');
  });
});

describe('a time without zone', () => {
  test("is the wall clock at the venue: the show's own times, and the windows of its sale", async () => {
    const made = await show({
      ...barn,
      venueId: await house('Atlantic/Canary'),
      eventDate: '2030-06-01T20:00:00',
      doorsAt: '2030-06-01T19:00',
      endsAt: '2030-06-01T23:00:00.0000000',
      onSaleUntil: '2030-06-01T19:30:00',
      ticketTypes: [{ name: 'Entry', price: 5, capacity: 5, salesUntil: '2030-06-01T12:00:00' }],
    });
    assert.equal(made.localStart, '2030-06-01T20:00:00+01:00');
    assert.deepEqual(
      [made.doorsAt, made.endsAt, made.onSaleUntil, made.ticketTypes[0].salesUntil],
      ['2030-06-01T18:00:00.000Z', '2030-06-01T22:00:00.000Z', '2030-06-01T18:30:00.000Z', '2030-06-01T11:00:00.000Z'],
    );
    const later = await put(`/api/events/${made.eventId}`, { startsAt: '2030-06-01T21:00:00' });
    assert.equal(later.localStart, '2030-06-01T21:00:00+01:00');
    const url = `/api/events/${made.eventId}/ticket-types`;
    const added = await staff('POST', url, { name: 'Late', price: 5, capacity: 5, salesFrom: '2030-05-01T10:00:00' });
    assert.equal(added.body.salesFrom, '2030-05-01T09:00:00.000Z');
    const changed = await put(`${url}/${added.body.ticketTypeId}`, { salesFrom: '2030-05-01T11:00:00' });
    assert.equal(changed.salesFrom, '2030-05-01T10:00:00.000Z');
  });

  test('keeps its hour when the zone becomes known: of the organiser, or of the venue', async () => {
    const { org, theirs } = await ownOrganizer('House of Zones');
    const made = await theirs.show({
      ...barn,
      venue: 'Nowhere yet',
      eventDate: '2030-06-01T20:00:00',
      doorsAt: '2030-06-01T19:00:00',
    });
    assert.deepEqual(clockOf(made), ['2030-06-01T20:00:00+00:00', 'UTC']);
    const url = `/api/organizers/${org.slug}`;
    const other = await theirs.show({ ...barn, venue: 'Nowhere yet', eventDate: '2030-06-01T20:00:00-05:00' });
    await put(url, { timeZone: 'Europe/Berlin' });
    const asOrganizer = await read(made.eventId);
    assert.deepEqual(clockOf(asOrganizer), ['2030-06-01T20:00:00+02:00', 'Europe/Berlin']);
    assert.equal(asOrganizer.doorsAt, '2030-06-01T17:00:00.000Z');
    assert.equal((await read(other.eventId)).timeZone, '-05:00');
    const moved = await theirs.staff('PUT', `/api/venues/${made.venueId}`, { timeZone: 'America/New_York' });
    assert.equal(moved.status, 200, moved.text);
    assert.deepEqual(clockOf(await read(made.eventId)), ['2030-06-01T20:00:00-04:00', 'America/New_York']);
    assert.deepEqual(clockOf(await read(other.eventId)), ['2030-06-01T21:00:00-04:00', 'America/New_York']);
  });

  test('sells until the show really begins', async () => {
    // In UTC in an hour from now; in Athens it was an hour ago, or two.
    const [hour] = new Date((await now()) + 3_600_000).toISOString().split('.');
    const made = await show({ ...barn, venue: 'West', eventDate: hour });
    assert.equal(made.startsAt, `${hour}.000Z`);
    await reserve(made, 1);
    await put(`/api/venues/${made.venueId}`, { timeZone: 'Europe/Athens' });
    const type = made.ticketTypes[0].ticketTypeId;
    const late = await guest('POST', '/api/tickets/reserve', {
      eventId: made.eventId,
      ticketTypeId: type,
      quantity: 1,
    });
    assert.equal(late.status, 409, 'it was that hour in Athens, where the show is, before it was in UTC');
  });

  test('is refused where it is no time', async () => {
    for (const eventDate of ['2030-02-30T20:00:00', '2030-06-01', 'tomorrow', '2030-06-01T20:00:00 CEST']) {
      const { status, body } = await staff('POST', '/api/events', { ...barn, eventDate });
      assert.deepEqual([status, body.code], [400, 'VALIDATION_FAILED'], eventDate);
    }
  });
});

describe("the organiser's zone", () => {
  test('counts where the place is not known and the written offset fits', async () => {
    const { org, theirs } = await ownOrganizer('House of Another Zone');
    const url = `/api/organizers/${org.slug}`;
    assert.equal(org.timeZone, null);
    const before = await theirs.show(barn);
    assert.equal((await put(url, { timeZone: 'europe/berlin' })).timeZone, 'Europe/Berlin');
    assert.deepEqual(clockOf(await read(before.eventId)), ['2030-06-01T20:00:00+02:00', 'Europe/Berlin']);
    const zones = async (eventDate: string) => (await theirs.show({ ...barn, eventDate })).timeZone;
    assert.equal(await zones('2030-06-01T20:00:00+02:00'), 'Europe/Berlin');
    assert.equal(await zones('2030-12-01T20:00:00+01:00'), 'Europe/Berlin');
    assert.equal(await zones('2030-12-01T20:00:00+02:00'), '+02:00');
    assert.equal(await zones('2030-06-01T20:00:00'), 'Europe/Berlin');
    assert.equal(await zones('2030-06-01T18:00:00Z'), 'Europe/Berlin', 'Z says nothing of the place');
    const there = { name: 'Their House', timeZone: 'Atlantic/Canary' };
    const { venueId } = (await theirs.staff('POST', '/api/venues', there)).body;
    assert.equal((await theirs.show({ ...barn, venueId })).timeZone, 'Atlantic/Canary');
    for (const timeZone of ['Moon/Base', '+02:00', 'UTC']) {
      const { status, body } = await staff('PUT', url, { timeZone });
      assert.deepEqual([status, body.code], [400, 'TIME_ZONE_UNKNOWN'], timeZone);
    }
    await put(url, { timeZone: null });
    assert.equal(await zones('2030-06-01T20:00:00+02:00'), '+02:00');
  });
});

test('capacities of answers are read only when a show is made and when it is changed', async () => {
  const made = await show({ ...barn, totalCapacity: 5000, availableCapacity: 5000 });
  assert.deepEqual([made.totalCapacity, made.availableCapacity], [80, 80]);
  const changed = await put(`/api/events/${made.eventId}`, { totalCapacity: 5000 });
  assert.equal(changed.totalCapacity, 80);
  const { body } = await guest('GET', '/openapi.json');
  for (const method of ['post', 'put']) {
    const path = method === 'post' ? '/api/events' : '/api/events/{eventId}';
    const schema = body.paths[path][method].requestBody.content['application/json'].schema;
    assert.equal(schema.properties.totalCapacity.readOnly, true, method);
  }
  assert.ok(await buy(made, 1));
});
