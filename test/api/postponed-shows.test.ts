import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Held } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { orderAddress } from '../support/order-address.ts';

const day = 86_400_000;
const starts = '2027-03-01T20:00:00.000Z';

interface Bought {
  readonly app: TestApp;
  readonly office: BoxOffice;
  readonly eventId: number;
  readonly held: Held;
  readonly bookingId: string;
  change(payload: object): Promise<void>;
  /** As the passing of time would: messages, changes, mails. */
  settle(): Promise<void>;
  goTo(instant: string): void;
  cancel(): ReturnType<BoxOffice['send']>;
}

/** A show whose buyers get nothing back by themselves, and a buyer of two tickets. */
async function buy(more: object = {}): Promise<Bought> {
  const app = await startTestApp();
  const office = boxOffice(app);
  const { eventId } = await office.show({ cancellation: { allowed: false }, startsAt: starts, ...more });
  const held = await office.hold({ eventId, quantity: 2, customerEmail: 'ana@example.org' });
  const paid = await office.pay(held);
  assert.equal(paid.status, 201, paid.text);
  const { bookingId } = paid.body;
  return {
    app,
    office,
    eventId,
    held,
    bookingId,
    async change(payload) {
      const changed = await office.send('PUT', `/api/events/${eventId}`, office.staff, payload);
      assert.equal(changed.status, 200, changed.text);
    },
    async settle() {
      for (let i = 0; i < 2; i++) await app.runJobs();
    },
    goTo: (instant) => app.clock.advance(Date.parse(instant) - app.clock.now()),
    cancel: () => office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held)),
  };
}

/** Ways by which a show that was postponed goes on sale again; the start that it has then. */
const waysBack: Readonly<Record<string, { steps: readonly object[]; begins: string }>> = {
  'at the same date': { steps: [{ status: 'published' }], begins: starts },
  'at a new date set before': {
    steps: [{ startsAt: '2027-05-01T20:00:00Z' }, { status: 'published' }],
    begins: '2027-05-01T20:00:00.000Z',
  },
  'at a new date in the same request': {
    steps: [{ status: 'published', startsAt: '2027-05-01T20:00:00Z' }],
    begins: '2027-05-01T20:00:00.000Z',
  },
  'at an earlier date': {
    steps: [{ status: 'published', startsAt: '2027-02-01T20:00:00Z' }],
    begins: '2027-02-01T20:00:00.000Z',
  },
  'and moves once more': {
    steps: [{ status: 'published' }, { startsAt: '2027-02-20T20:00:00Z' }],
    begins: '2027-02-20T20:00:00.000Z',
  },
  'after it was postponed twice': {
    steps: [{ status: 'published' }, { status: 'postponed' }, { status: 'published' }],
    begins: starts,
  },
};

describe('the right to give back the tickets of a postponed show', () => {
  for (const [way, { steps, begins }] of Object.entries(waysBack)) {
    test(
      `ends when the show begins that goes on sale again ${way}`,
      needs('clock', 'database', 'process'),
      async () => {
        const { change, settle, goTo, cancel, office, bookingId, held, app } = await buy();
        await change({ status: 'postponed' });
        await settle();
        for (const step of steps) {
          await change(step);
          await settle();
        }
        goTo(begins);
        assert.equal((await cancel()).body.code, 'CANCELLATION_NOT_ALLOWED');
        const { body } = await office.send('GET', `/api/bookings/${bookingId}`, office.staff);
        const [{ ticketId }] = body.tickets;
        const single = await office.send('POST', `/api/tickets/${ticketId}/cancel`, office.owner(held), {});
        assert.equal(single.status, 409, single.text);
        const link = orderAddress(app, bookingId);
        assert.equal((await office.send('DELETE', link, {})).status, 409);
        assert.equal((await office.send('GET', link, {})).body.cancellation, null);
        // Staff may, as ever.
        assert.equal((await office.send('DELETE', `/api/bookings/${bookingId}`, office.staff)).body.refundDue, 51);
        await settle();
        await office.assertSound();
      },
    );

    test(`lasts until just before it, ${way}`, needs('clock', 'database'), async () => {
      const { change, settle, goTo, cancel, office, app } = await buy();
      await change({ status: 'postponed' });
      for (const step of steps) await change(step);
      await settle();
      goTo(begins);
      app.clock.advance(-1);
      assert.equal((await cancel()).body.refundDue, 51);
      await settle();
      await office.assertSound();
    });
  }

  test(
    'ends with the start, too, where the show is postponed and set on sale again by imports',
    needs('clock', 'database'),
    async () => {
      const app = await startTestApp();
      const office = boxOffice(app);
      const bring = async (more: object) => {
        const offers = { '@type': 'Offer', price: '25.50', priceCurrency: 'EUR' };
        const location = {
          '@type': 'Place',
          name: 'Old Mill',
          address: { addressLocality: 'Berlin', addressCountry: 'DE' },
        };
        const show = {
          '@type': 'MusicEvent',
          '@id': 'https://s.example/1',
          name: 'Brought',
          location,
          offers,
          ...more,
        };
        const url = '/api/import?publish=true&capacity=10&changeSold=true&callOff=true';
        const headers = { ...office.staff, 'content-type': 'application/ld+json' };
        const answer = await app.app.inject({ method: 'POST', url, headers, payload: JSON.stringify(show) });
        assert.equal(answer.statusCode, 200, answer.body);
        app.clock.advance(1_000);
        for (let i = 0; i < 2; i++) await app.runJobs();
        return answer.json().shows[0] as number;
      };
      const march = { startDate: '2027-03-01T20:00:00+01:00' };
      const eventId = await bring(march);
      await office.send('PUT', `/api/events/${eventId}`, office.staff, { cancellation: { allowed: false } });
      const held = await office.hold({ eventId, quantity: 1 });
      const { bookingId } = (await office.pay(held)).body;
      await bring({ ...march, eventStatus: 'EventPostponed' });
      await bring({ startDate: '2027-05-01T20:00:00+02:00', eventStatus: 'EventScheduled' });
      const changes = (await office.send('GET', `/api/events/${eventId}/changes`, office.staff)).body.items;
      assert.deepEqual(
        changes.map(({ kind, notified }: { kind: string; notified: number }) => [kind, notified]),
        [
          ['resumed', 1],
          ['postponed', 1],
        ],
      );
      app.clock.advance(Date.parse('2027-05-01T18:00:00Z') - app.clock.now());
      const cancel = () => office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held));
      assert.equal((await cancel()).body.code, 'CANCELLATION_NOT_ALLOWED');
      app.clock.advance(-1);
      assert.equal((await cancel()).body.refundDue, 25.5);
      await office.assertSound();
    },
  );

  test(
    'lasts while there is no new date, though the old one has passed, and the places come back',
    needs('clock', 'database'),
    async () => {
      const { change, settle, cancel, office, app, eventId } = await buy();
      await change({ status: 'postponed' });
      await settle();
      app.clock.advance(100 * day);
      assert.equal((await cancel()).body.refundDue, 51);
      await change({ status: 'published', startsAt: '2027-06-01T20:00:00Z' });
      await office.hasFree(eventId, 10);
      await settle();
      await office.assertSound();
    },
  );

  test('is not had by who buys when it is on sale again', async () => {
    const { change, settle, office, eventId } = await buy();
    await change({ status: 'postponed' });
    await change({ status: 'published', startsAt: '2027-05-01T20:00:00Z' });
    await settle();
    const held = await office.hold({ eventId, quantity: 1 });
    const { bookingId } = (await office.pay(held)).body;
    await settle();
    const refused = await office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held));
    assert.equal(refused.body.code, 'CANCELLATION_NOT_ALLOWED');
  });

  test(
    'that earlier versions wrote down until the year 2200 ends with the show, too',
    needs('clock', 'database'),
    async () => {
      const { goTo, cancel, app, bookingId } = await buy();
      const data = JSON.stringify({ changeId: crypto.randomUUID(), refundableUntil: Date.UTC(2200, 0, 1) });
      await app.database.query(
        `INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
       VALUES (1, $1, 3, 'ShowMoved', $2, '{"actor": "owner", "correlationId": "old"}', now())`,
        [`booking-${bookingId}`, data],
      );
      await app.database.query('UPDATE bookings SET version = 3 WHERE booking_id = $1', [bookingId]);
      goTo(starts);
      assert.equal((await cancel()).body.code, 'CANCELLATION_NOT_ALLOWED');
      app.clock.advance(-1);
      assert.equal((await cancel()).body.refundDue, 51);
    },
  );
});

test('a postponed show lies ahead for its buyers, though its first date has passed', needs('clock'), async () => {
  const app = await startTestApp();
  const office = boxOffice(app);
  const accounts = accountDesk(app);
  const member = await accounts.member('eva@members.test');
  const owner = accounts.bearer(member);
  const { eventId } = await office.show({ startsAt: starts });
  const held = await office.send('POST', '/api/tickets/reserve', owner, { eventId, quantity: 1 });
  const { reservationId } = held.body;
  const payment = { token: 'tok_ok' };
  const paid = await office.send('POST', '/api/tickets/purchase', owner, { reservationId, payment });
  assert.equal(paid.status, 201, paid.text);
  await office.send('PUT', `/api/events/${eventId}`, office.staff, { status: 'postponed' });
  app.clock.advance(100 * day);
  const again = accounts.bearer((await accounts.login(member.email, member.password)).body);
  const mine = async (when: string) => (await office.send('GET', `/api/me/tickets?when=${when}`, again)).body.items;
  assert.deepEqual([(await mine('upcoming')).length, (await mine('past')).length], [1, 0]);
});
