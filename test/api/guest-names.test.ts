import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const office = boxOffice(testApp);
const advertisement = 'You have won! http://evil.example/pay';

test('a guest has a name, and no advertisement, in every form that takes one', async () => {
  const { eventId, ticketTypes } = await office.show({ ticketTypes: [{ name: 'Entry', price: 0, capacity: 50 }] });
  const [{ ticketTypeId }] = ticketTypes;
  const held = await office.hold({ eventId, quantity: 1, customerName: 'Ana Pérez', customerEmail: 'ana@guests.test' });
  const [{ ticketId }] = held.tickets as [{ ticketId: string }];
  const asked = { eventId, ticketTypeId, quantity: 1 };
  const bodies: [method: 'POST' | 'PUT', url: string, body: object, field: string][] = [
    ['POST', '/api/tickets/reserve', { ...asked, customerName: advertisement }, '/customerName'],
    ['POST', '/api/tickets/reserve', { ...asked, customer: { name: 'Ana evil.com' } }, '/customer/name'],
    ['POST', '/api/tickets/reserve', { ...asked, customerName: 'Ana\nwww.evil.test' }, '/customerName'],
    [
      'POST',
      '/api/bookings/complimentary',
      { ...asked, reason: 'press', customerName: advertisement },
      '/customerName',
    ],
    [
      'POST',
      '/api/tickets/purchase',
      { reservationId: held.reservationId, customerName: advertisement },
      '/customerName',
    ],
    [
      'POST',
      '/api/tickets/purchase',
      { reservationId: held.reservationId, attendees: [{ ticketId, name: advertisement }] },
      '/attendees/0/name',
    ],
  ];
  for (const [method, url, body, field] of bodies) {
    const headers = url.includes('complimentary') ? office.staff : office.owner(held);
    const answer = await office.send(method, url, headers, body);
    assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [400, field], `${url} ${answer.text}`);
    assert.match(answer.body.errors[0].message, /addresses of web pages/);
  }
  const bought = await office.pay(held, { card: 'tok_ok' });
  assert.equal(bought.status, 201, bought.text);
  const named = await office.send('PUT', `/api/bookings/${bought.body.bookingId}/attendees`, office.owner(held), {
    attendees: [{ ticketId, name: advertisement }],
  });
  assert.equal(named.status, 400, named.text);
});

test('whoever gave such a name before is greeted without it', needs('database'), async () => {
  const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 0, capacity: 50 }] });
  const held = await office.hold({ eventId, quantity: 1, customerName: 'Eve', customerEmail: 'eve@guests.test' });
  assert.equal((await office.pay(held)).status, 201);
  await testApp.database.query('UPDATE booking_contacts SET name = $1', [advertisement]);
  await testApp.runJobs();
  await testApp.runJobs();
  const mails = await testApp.database.query<{ text: string }>(
    `SELECT body_text AS text FROM kept_mails WHERE recipient = 'eve@guests.test'`,
  );
  assert.equal(mails.length, 1);
  assert.match(mails[0]!.text, /^Hello,/);
  assert.doesNotMatch(mails[0]!.text, /evil/);
});
