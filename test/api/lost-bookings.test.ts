import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';

const testApp = await startTestApp();

test('whose booking was lost, as by a restore to a moment before it, hears 404 and buys anew', async () => {
  const guest = await testApp.client.send('POST', '/api/auth/guest', {});
  const buyer = { 'x-session-token': guest.body.sessionToken };
  const lost = randomUUID();
  for (const path of [`/api/bookings/${lost}`, `/api/bookings/${lost}/history`]) {
    const { status, text } = await testApp.client.send('GET', path, buyer);
    assert.equal(status, 404, text);
  }
  const { status, text } = await testApp.client.send('DELETE', `/api/bookings/${lost}`, buyer);
  assert.equal(status, 404, text);
});
