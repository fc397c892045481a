import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice, type Held } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const notes = 'We arrive late, by wheelchair';

describe('notes of a reservation', () => {
  let testApp: TestApp;
  let office: ReturnType<typeof boxOffice>;
  let eventId: number;

  before(async () => {
    testApp = await startTestApp();
    office = boxOffice(testApp);
    ({ eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 50 }] }));
  });

  async function notesOf(held: Held, bookingId: string) {
    const read = async (headers: Record<string, string>) =>
      (await office.send('GET', `/api/bookings/${bookingId}`, headers)).body.customer;
    const [own, staffs] = [await read(office.owner(held)), await read(office.staff)];
    assert.deepEqual(own, staffs);
    return own;
  }

  test(
    'stand in the hold, for its buyer and staff, and go over to the booking with its other fields',
    needs('clock'),
    async () => {
      const held = await office.hold({
        eventId,
        quantity: 2,
        customerName: 'Ana',
        customerEmail: 'ana@example.org',
        notes,
      });
      for (const headers of [office.owner(held), office.staff]) {
        const { body } = await office.send('GET', `/api/tickets/reservation/${held.reservationId}`, headers);
        const { customerName, customerEmail, customerPhone, quantity, reservedAt } = body;
        assert.deepEqual(
          [body.notes, customerName, customerEmail, customerPhone],
          [notes, 'Ana', 'ana@example.org', null],
        );
        assert.deepEqual([quantity, reservedAt], [2, new Date(testApp.clock.now()).toISOString()]);
      }
      const paid = await office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      const customer = { name: 'Ana', email: 'ana@example.org', phone: null, notes };
      assert.deepEqual(await notesOf(held, paid.body.bookingId), customer);
    },
  );

  test('alone are enough, and a purchase adds what it says itself', async () => {
    const alone = await office.hold({ eventId, quantity: 1, notes });
    const named = await office.pay(alone, { customerName: 'Bob' });
    const bob = { name: 'Bob', email: null, phone: null, notes };
    assert.deepEqual(await notesOf(alone, named.body.bookingId), bob);
    const again = await office.hold({ eventId, quantity: 1, customerName: 'Cleo', notes });
    const noted = await office.pay(again, { notes: 'On time after all' });
    assert.deepEqual(await notesOf(again, noted.body.bookingId), { ...bob, name: 'Cleo', notes: 'On time after all' });
  });

  test('cost nothing where there are none: the hold has no contact then', async () => {
    const held = await office.hold({ eventId, quantity: 1 });
    const paid = await office.pay(held);
    assert.equal(await notesOf(held, paid.body.bookingId), null);
  });

  test('survive a restart and a declined card', needs('process'), async () => {
    const held = await office.hold({ eventId, quantity: 1, notes });
    assert.equal((await office.pay(held, { card: 'tok_declined' })).status, 402);
    await testApp.runJobs();
    const again = await startTestApp({ database: testApp.database });
    const other = boxOffice(again);
    const { body, text } = await other.look(held);
    assert.equal(body.notes, notes, text);
    const paid = await other.pay(held);
    assert.equal(paid.status, 201, paid.text);
    const read = await other.send('GET', `/api/bookings/${paid.body.bookingId}`, other.owner(held));
    assert.equal(read.body.customer.notes, notes);
  });

  test('are one short text', async () => {
    for (const wrong of ['', '   ', 'x'.repeat(501), 7, ['a']]) {
      assert.equal((await office.reserve({ eventId, quantity: 1, notes: wrong })).status, 400, String(wrong));
    }
  });

  test('go with the person: by address, and by the account that holds or has bought', needs('database'), async () => {
    const word = 'erasable-word';
    const contact = { customerEmail: 'dora@example.org', notes: word };
    const bought = await office.hold({ eventId, quantity: 1, ...contact });
    await office.pay(bought);
    const held = await office.hold({ eventId, quantity: 1, ...contact });
    const erased = await office.send('POST', '/api/persons/erase', office.staff, { email: 'dora@example.org' });
    assert.equal(erased.status, 200, erased.text);
    assert.equal((await office.look(held)).status, 404);

    const accounts = accountDesk(testApp);
    const member = await accounts.member('emil@example.org');
    const headers = accounts.bearer(member);
    const mine = await office.hold({ eventId, quantity: 1, notes: word }, headers);
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const { reservationId } = mine;
    const paid = await office.send('POST', '/api/tickets/purchase', headers, { reservationId, payment });
    assert.equal(paid.status, 201, paid.text);
    const open = await office.hold({ eventId, quantity: 1, notes: word }, headers);
    const gone = await office.send('POST', '/api/me/erase', headers, { confirm: true, password: member.password });
    assert.equal(gone.status, 200, gone.text);
    const left = await office.send('GET', `/api/tickets/reservation/${open.reservationId}`, office.staff);
    assert.equal(left.status, 404, left.text);
    await testApp.runJobs();
    const tables = await testApp.database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`,
    );
    for (const { name } of tables) {
      const rows = await testApp.database.query(`SELECT 1 FROM ${name} t WHERE t::text LIKE $1`, [`%${word}%`]);
      assert.equal(rows.length, 0, name);
    }
  });
});
