import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

describe('guessing codes', () => {
  let app: TestApp;
  let office: ReturnType<typeof boxOffice>;
  let eventId: number;
  before(async () => {
    app = await startTestApp();
    office = boxOffice(app);
    ({ eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 500 }] }));
    const url = `/api/events/${eventId}/promo-codes`;
    const made = await office.send('POST', url, office.staff, { code: 'TEN', percentOff: 10 });
    assert.equal(made.status, 201, made.text);
  });

  let networks = 0;
  let from = '';
  beforeEach(() => {
    from = `192.0.2.${++networks}`;
  });

  async function post(url: string, payload: object, headers: Record<string, string> = {}, remoteAddress = from) {
    const { statusCode, body } = await app.app.inject({ method: 'POST', url, payload, headers, remoteAddress });
    return { status: statusCode, body: JSON.parse(body) };
  }
  const unlock = (code: string, headers = {}, network = from) =>
    post(`/api/events/${eventId}/unlock`, { code }, headers, network);
  const reserve = (codes: object, headers = {}, network = from) =>
    post('/api/tickets/reserve', { eventId, quantity: 1, ...codes }, headers, network);
  const guest = async () => ({ 'x-session-token': (await post('/api/auth/guest', {})).body.sessionToken });

  test(
    'five hundred at once find nothing: after a hundred a network has to wait, also with a right code',
    needs('clock'),
    async () => {
      const tried = await Promise.all(Array.from({ length: 500 }, (_, i) => unlock(`CODE${i}`)));
      const count = (status: number) => tried.filter((answer) => answer.status === status).length;
      assert.deepEqual([count(404), count(429)], [100, 400]);
      const refused = await reserve({ promoCode: 'TEN' });
      assert.deepEqual([refused.status, refused.body.code], [429, 'TOO_MANY_GUESSES']);
      assert.ok(refused.body.retryAfterSeconds > 0 && refused.body.retryAfterSeconds <= 900);
      assert.equal((await reserve({})).status, 201, 'who names no code is not held up');
      assert.equal((await unlock('TEN', {}, '198.51.100.1')).status, 200, 'nor are others');
      app.clock.advance(15 * 60_000);
      assert.equal((await unlock('TEN')).status, 200);
    },
  );

  test('a guest is stopped after twenty, by either way, wherever the guesses come from', async () => {
    const headers = await guest();
    for (let i = 0; i < 20; i++) {
      const network = `198.51.100.${10 + i}`;
      const { status } = await (i % 2 === 0
        ? unlock(`X${i}Y`, headers, network)
        : reserve({ accessCode: `X${i}Y` }, headers, network));
      assert.equal(status, 404);
    }
    assert.equal((await reserve({ promoCode: 'TEN' }, headers, '198.51.100.99')).status, 429);
    assert.equal((await reserve({ promoCode: 'TEN' }, await guest(), '198.51.100.99')).status, 201);
  });

  test('right codes count for nothing', async () => {
    for (let i = 0; i < 120; i++) assert.equal((await unlock('ten')).status, 200);
    assert.equal((await reserve({ promoCode: 'TEN' })).status, 201);
  });
});
