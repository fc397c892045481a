import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice, type Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const parts = { limitsHolds: true, trustedProxies: ['127.0.0.1'] } as const;
const desk = await startTestApp({ ...parts });
const office = boxOffice(desk);
let shows = 0;
async function show(capacity: number, more: object = {}): Promise<number> {
  const title = `Show ${++shows}`;
  const made = await office.show({ title, ticketTypes: [{ name: 'Entry', capacity, price: 0 }], ...more });
  return made.eventId;
}
const from = (address: string) => ({ 'x-forwarded-for': address });
const brief = ({ status, body }: Reply) => (status === 201 ? '201' : `${status} ${body.code}`);

/** New guests hold `quantity` each until one is refused; answers how many places they got, and the refusal. */
async function hoard(eventId: number, headersOf: (i: number) => Record<string, string>, quantity = 10, more = {}) {
  for (let i = 0; ; i++) {
    const reply = await office.reserve({ eventId, quantity, ...more }, headersOf(i));
    if (reply.status !== 201) return { places: i * quantity, reply };
  }
}

describe('hoarding', () => {
  test('one address never holds a house, with a fresh guest for each hold; others still buy', async () => {
    const eventId = await show(4_000);
    const { places, reply } = await hoard(eventId, () => from('203.0.113.1'));
    assert.equal(places, 1_000);
    const { status, code, limit, held, detail } = reply.body;
    assert.deepEqual([status, code, limit, held], [409, 'HOLD_LIMIT_PER_NETWORK', 1_000, 1_000]);
    assert.match(detail, /The limit is 1000; 1000 are held from yours now/);
    assert.equal(brief(await office.reserve({ eventId, quantity: 10 }, from('203.0.113.2'))), '201');
  });

  test('an IPv6 network is one address, and a small house is not held either', async () => {
    const eventId = await show(300);
    const { places, reply } = await hoard(eventId, (i) => from(`2001:db8:1:2::${i + 1}`), 1);
    assert.deepEqual([places, reply.body.code], [150, 'HOLD_LIMIT_PER_NETWORK']);
    assert.equal(brief(await office.reserve({ eventId, quantity: 1 }, from('2001:db8:1:3::1'))), '201');
  });

  test('a session or a mail address holds 40 places, from wherever', async () => {
    const eventId = await show(4_000);
    const session = office.owner(await office.hold({ eventId, quantity: 10 }, from('198.51.100.1')));
    const ofSession = await hoard(eventId, (i) => ({ ...session, ...from(`198.51.100.${i + 2}`) }));
    assert.deepEqual([ofSession.places, ofSession.reply.body.code], [30, 'HOLD_LIMIT_PER_CUSTOMER']);
    assert.deepEqual([ofSession.reply.body.limit, ofSession.reply.body.held], [40, 40]);
    const mail = { customerEmail: 'Ada.L@gmail.com' };
    const ofMail = await hoard(eventId, (i) => from(`198.51.101.${i + 1}`), 10, mail);
    assert.deepEqual([ofMail.places, ofMail.reply.body.code], [40, 'HOLD_LIMIT_PER_CUSTOMER']);
    const other = { customerEmail: 'adal+1@googlemail.com' };
    const same = await office.reserve({ eventId, quantity: 1, ...other }, from('198.51.102.1'));
    assert.equal(brief(same), '409 HOLD_LIMIT_PER_CUSTOMER');
  });

  test('an account holds 40 places, and none of its network’s', async () => {
    const eventId = await show(100);
    await hoard(eventId, () => from('203.0.113.7'));
    const accounts = accountDesk(desk);
    const headers = accounts.bearer(await accounts.member('ada@example.org'));
    const ofAccount = await hoard(eventId, () => ({ ...headers, ...from('203.0.113.7') }));
    assert.deepEqual([ofAccount.places, ofAccount.reply.body.code], [40, 'HOLD_LIMIT_PER_CUSTOMER']);
  });

  test('accounts that have proven no address are guests of their network', async () => {
    const eventId = await show(100);
    const accounts = accountDesk(desk);
    const bearers: Record<string, string>[] = [];
    for (let i = 0; i < 6; i++) {
      const email = `nobody-${i}@example.org`;
      await accounts.send('POST', '/api/auth/register', { email, password: 'trois petits cochons' });
      const { body } = await accounts.login(email, 'trois petits cochons');
      bearers.push(accounts.bearer(body as { accessToken: string }));
    }
    const { places, reply } = await hoard(eventId, (i) => ({ ...bearers[i]!, ...from('203.0.113.20') }));
    assert.deepEqual([places, reply.body.code], [50, 'HOLD_LIMIT_PER_NETWORK']);
    await accounts.send('POST', '/api/auth/verify', { token: await accounts.mailedToken('nobody-5@example.org') });
    const { body } = await accounts.login('nobody-5@example.org', 'trois petits cochons');
    const proven = accounts.bearer(body as { accessToken: string });
    const more = await office.reserve({ eventId, quantity: 10 }, { ...proven, ...from('203.0.113.20') });
    assert.equal(brief(more), '201');
  });

  test('an organiser’s own program holds for many', async () => {
    const eventId = await show(100);
    const key = await office.keyWith('tickets');
    const { places, reply } = await hoard(eventId, () => ({ ...key, ...from('203.0.113.8') }));
    assert.deepEqual([places, reply.body.code], [100, 'NOT_ENOUGH_TICKETS']);
  });

  test('what is renewed or in payment counts, what is bought or let go does not', async () => {
    const eventId = await show(4_000);
    const first = await office.hold({ eventId, quantity: 10 });
    const mine = office.owner(first);
    for (let i = 0; i < 3; i++) assert.equal((await office.reserve({ eventId, quantity: 10 }, mine)).status, 201);
    const more = async () => brief(await office.reserve({ eventId, quantity: 1 }, mine));
    assert.equal((await office.renew(first)).status, 200);
    assert.equal(await more(), '409 HOLD_LIMIT_PER_CUSTOMER');
    assert.equal((await office.pay(first)).status, 201);
    assert.equal(await more(), '201');
  });

  test('an event says otherwise, and may go back', async () => {
    const holdLimits = { perCustomer: 4, perNetwork: 6 };
    const eventId = await show(1_000, { holdLimits });
    assert.deepEqual((await office.send('GET', `/api/events/${eventId}`, {})).body.holdLimits, holdLimits);
    const { places, reply } = await hoard(eventId, () => from('203.0.113.9'), 3);
    assert.deepEqual([places, reply.body.code, reply.body.limit], [6, 'HOLD_LIMIT_PER_NETWORK', 6]);
    const elsewhere = await office.reserve({ eventId, quantity: 5 }, from('203.0.113.10'));
    assert.deepEqual([brief(elsewhere), elsewhere.body.held], ['409 HOLD_LIMIT_PER_CUSTOMER', 0]);
    const changed = await office.send('PUT', `/api/events/${eventId}`, office.staff, {
      holdLimits: { perCustomer: 5 },
    });
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(changed.body.holdLimits, { perCustomer: 5, perNetwork: null });
    assert.equal(brief(await office.reserve({ eventId, quantity: 5 }, from('203.0.113.9'))), '201');
    const wrong = await office.send('PUT', `/api/events/${eventId}`, office.staff, { holdLimits: { perCustomer: 0 } });
    assert.equal(wrong.status, 400);
    const usual = await office.send('PUT', `/api/events/${eventId}`, office.staff, { holdLimits: null });
    assert.equal(usual.body.holdLimits, null);
  });

  test('counts outlive the process, by the journal', needs('process'), async () => {
    const eventId = await show(100);
    await hoard(eventId, () => from('203.0.113.11'));
    await desk.core.drain();
    const again = await startTestApp({ ...parts, database: desk.database });
    const later = boxOffice(again);
    const same = await later.reserve({ eventId, quantity: 1 }, from('203.0.113.11'));
    assert.deepEqual([brief(same), same.body.held], ['409 HOLD_LIMIT_PER_NETWORK', 50]);
    assert.equal(brief(await later.reserve({ eventId, quantity: 1 }, from('203.0.113.12'))), '201');
  });

  test('HOLD_LIMITS=off counts nobody out', needs('process'), async () => {
    const eventId = await show(100);
    const rehearsal = await startTestApp({
      ...parts,
      limitsHolds: false,
      database: desk.database,
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => boxOffice(rehearsal).reserve({ eventId, quantity: 10 })),
    );
    assert.deepEqual(new Set(answers.map(brief)), new Set(['201']));
  });
});
