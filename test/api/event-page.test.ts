import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

const show = {
  title: 'Night Music',
  eventDate: '2027-03-01T20:00:00Z',
  venue: 'Hall',
  venueAddress: 'Main Street 1',
  ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 10 }],
};

test(
  'an event page is answered once, is kept, and is made anew when the event was edited',
  needs('process'),
  async () => {
    const { app, staff } = await startTestApp();
    const errors: unknown[] = [];
    app.log.error = (...args: unknown[]) => void errors.push(args);
    const { eventId } = (
      await app.inject({ method: 'POST', url: '/api/events', headers: staff, payload: show })
    ).json();
    const url = `/api/events/${eventId}`;
    const many = await Promise.all(Array.from({ length: 20 }, () => app.inject({ url })));
    for (const answer of many) assert.equal(answer.json().title, 'Night Music');
    const { etag } = many[0]!.headers;
    assert.equal((await app.inject({ url, headers: { 'if-none-match': String(etag) } })).statusCode, 304);
    const changed = { method: 'PUT', url, headers: staff, payload: { title: 'Day Music' } } as const;
    assert.equal((await app.inject(changed)).statusCode, 200);
    assert.equal((await app.inject({ url })).json().title, 'Day Music');
    assert.equal((await app.inject({ url: '/api/events/4711' })).statusCode, 404);
    assert.deepEqual(errors, []);
  },
);
