import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const minute = 60_000;

describe('when the next hold may lapse, in the availability', () => {
  let app: TestApp;
  let office: BoxOffice;
  before(async () => {
    app = await startTestApp();
    office = boxOffice(app);
  });

  async function show() {
    const ticketTypes = [
      { name: 'Stalls', price: 30, capacity: 4 },
      { name: 'Circle', price: 20, capacity: 4 },
      { name: 'Friends', price: 10, capacity: 4, isHidden: true },
    ];
    const made = await office.show({ ticketTypes });
    const [stalls, circle, friends] = made.ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);
    return { eventId: made.eventId as number, stalls, circle, friends };
  }
  /** Of the event, then of each type that is shown. */
  async function secondsOf(eventId: number): Promise<(number | null)[]> {
    const { ticketTypes, ...event } = await office.availability(eventId);
    for (const { nextExpiryAt, nextExpiryInSeconds } of [event, ...ticketTypes]) {
      const at = nextExpiryAt === null ? null : Math.ceil((Date.parse(nextExpiryAt) - app.clock.now()) / 1000);
      assert.equal(nextExpiryInSeconds, at);
    }
    return [event, ...ticketTypes].map(({ nextExpiryInSeconds }) => nextExpiryInSeconds);
  }

  test('by type and in all, as it counts down, is renewed, is in payment, and lapses', needs('clock'), async () => {
    const { eventId, stalls, circle } = await show();
    assert.deepEqual(await secondsOf(eventId), [null, null, null]);
    const first = await office.hold({ eventId, ticketTypeId: stalls, quantity: 2 });
    app.clock.advance(5 * minute);
    const second = await office.hold({ eventId, ticketTypeId: circle, quantity: 1 });
    assert.deepEqual(await secondsOf(eventId), [600, 600, 900]);
    app.clock.advance(1_000);
    assert.deepEqual(await secondsOf(eventId), [599, 599, 899], 'nothing has moved but the clock');
    await office.renew(first);
    assert.deepEqual(await secondsOf(eventId), [899, 900, 899], 'a renewal moves no place, and is seen at once');
    app.clock.advance(15 * minute - 1_000);
    assert.deepEqual(await secondsOf(eventId), [1, 1, null], 'what has lapsed is free');
    const refused = await office.reserve({ eventId, ticketTypeId: stalls, quantity: 4 });
    assert.equal(
      refused.body.nextExpiryAt,
      (await office.availability(eventId)).nextExpiryAt,
      'as a refused hold says it',
    );
    await office.pay(first);
    assert.deepEqual(await secondsOf(eventId), [null, null, null]);
    assert.equal((await office.look(second)).status, 410);
  });

  test('says nothing of a hidden type', needs('clock'), async () => {
    const { eventId, friends, stalls } = await show();
    const url = `/api/events/${eventId}/access-codes`;
    const made = await office.send('POST', url, office.staff, { code: 'FRIENDS', ticketTypeIds: [friends] });
    assert.equal(made.status, 201, made.text);
    await office.hold({ eventId, ticketTypeId: friends, quantity: 1, accessCode: 'FRIENDS' });
    assert.deepEqual(await secondsOf(eventId), [null, null, null]);
    app.clock.advance(minute);
    await office.hold({ eventId, ticketTypeId: stalls, quantity: 1 });
    assert.deepEqual(await secondsOf(eventId), [900, 900, null]);
  });

  test('is answered 304 while its second lasts, and for ever while nothing is held', needs('clock'), async () => {
    const { eventId, stalls } = await show();
    const url = `/api/events/${eventId}/availability`;
    const tagOf = async () => String((await office.send('GET', url, {})).headers.etag);
    const again = async (tag: string) => (await office.send('GET', url, { 'if-none-match': tag })).status;
    const idle = await tagOf();
    app.clock.advance(minute);
    assert.equal(await again(idle), 304);
    await office.hold({ eventId, ticketTypeId: stalls, quantity: 1 });
    const held = await tagOf();
    assert.equal(await again(held), 304);
    app.clock.advance(1_000);
    assert.equal(await again(held), 200);
  });
});
