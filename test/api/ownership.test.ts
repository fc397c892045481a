import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Right, scopes } from '../../src/contract/rights.ts';
import { createApiKey, rightsOfRole, roles } from '../../src/features/identity/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

type Headers = Record<string, string>;
type Owner = 'guest' | 'account';

interface Caller {
  readonly name: string;
  readonly headers: Headers;
  /** Whose tickets, bookings and payments are the caller's own. */
  readonly owns: readonly Owner[];
  /** What it may do with the organiser of the show; null: it does not work there. */
  readonly rights: readonly Right[] | null;
}

/** What somebody has bought and holds. */
interface Belongings {
  readonly ticketId: string;
  readonly ticketNumber: string;
  readonly bookingId: string;
  readonly refundId: string;
  readonly paymentId: string;
  readonly reservationId: string;
  readonly heldTicketId: string;
}

const secret = 'a note of the buyer';
const password = 'trois petits cochons';

describe(
  'whose is it: every kind of caller on every route that shows what belongs to somebody',
  needs('clock', 'database'),
  () => {
    let testApp: TestApp;
    let office: ReturnType<typeof boxOffice>;
    let eventId: number;
    const callers: Caller[] = [];
    const belongings = {} as Record<Owner, Belongings>;

    before(async () => {
      testApp = await startTestApp();
      office = boxOffice(testApp);
      ({ eventId } = await office.show());
      const accounts = accountDesk(testApp);
      const guest = await guestSession();
      const buyer = accounts.bearer(await accounts.member('ana@example.org', password));
      belongings.guest = await buy(guest);
      belongings.account = await buy(buyer);
      callers.push(
        { name: 'nobody', headers: {}, owns: [], rights: null },
        { name: 'the guest', headers: guest, owns: ['guest'], rights: null },
        { name: 'another guest', headers: await guestSession(), owns: [], rights: null },
        { name: 'the account', headers: buyer, owns: ['account'], rights: null },
        {
          name: 'the account with the guest’s token',
          headers: { ...buyer, ...guest },
          owns: ['guest', 'account'],
          rights: null,
        },
        {
          name: 'the account with another guest’s token',
          headers: { ...buyer, ...(await guestSession()) },
          owns: ['account'],
          rights: null,
        },
        {
          name: 'another account',
          headers: accounts.bearer(await accounts.member('bob@example.org')),
          owns: [],
          rights: null,
        },
      );
      const other = await accounts.organizer('other-house');
      for (const role of roles) {
        for (const [at, organizerId] of [
          ['the', 1],
          ['another', other],
        ] as const) {
          const member = await accounts.member(`${role}@${at}.example`);
          await accounts.setRole(member.accountId, role, organizerId);
          const headers = accounts.bearer((await accounts.login(member.email, password)).body);
          const rights = organizerId === 1 ? rightsOfRole[role] : null;
          callers.push({ name: `${role} of ${at} organiser`, headers, owns: [], rights });
        }
      }
      for (const scope of scopes) {
        const rights: readonly Right[] = scope === '*' ? rightsOfRole.admin : [scope];
        callers.push({ name: `key for ${scope}`, headers: await keyOf(1, scope), owns: [], rights });
        callers.push({
          name: `another organiser’s key for ${scope}`,
          headers: await keyOf(other, scope),
          owns: [],
          rights: null,
        });
      }
      const platform = { headers: office.staff, owns: [] };
      callers.push({ ...platform, name: 'platform owner', rights: rightsOfRole.admin });
      const elsewhere = { ...office.staff, 'x-organizer': 'other-house' };
      callers.push({ ...platform, name: 'platform owner for another organiser', headers: elsewhere, rights: null });
    });

    async function guestSession(): Promise<Headers> {
      return { 'x-session-token': (await office.send('POST', '/api/auth/guest', {})).body.sessionToken };
    }

    async function keyOf(organizerId: number, scope: (typeof scopes)[number]): Promise<Headers> {
      const context = { actor: 'system', correlationId: 'test', now: testApp.clock.now(), organizerId };
      const { key } = await createApiKey(testApp.database, { name: scope, scopes: [scope] }, context);
      return { authorization: `Bearer ${key}` };
    }

    /** Two tickets bought, of which one is given back, and one more held. */
    async function buy(headers: Headers): Promise<Belongings> {
      const customer = { customerName: 'Ana', customerEmail: 'someone@example.org', notes: secret };
      const held = await office.hold({ eventId, quantity: 2, ...customer }, headers);
      const payment = { provider: 'sandbox', token: 'tok_ok' };
      const paid = await office.send('POST', '/api/tickets/purchase', headers, {
        reservationId: held.reservationId,
        payment,
      });
      assert.equal(paid.status, 201, paid.text);
      const { bookingId, tickets } = paid.body;
      const back = await office.send('POST', `/api/tickets/${tickets[1].ticketId}/cancel`, headers, {});
      assert.equal(back.status, 200, back.text);
      await testApp.runJobs();
      const open = await office.hold({ eventId, quantity: 1, ...customer }, headers);
      await testApp.runJobs();
      const [row] = await testApp.database.query<{ paymentId: string; refundId: string }>(
        `SELECT p.payment_id AS "paymentId", r.refund_id AS "refundId" FROM payments p JOIN refunds r USING (booking_id)
       WHERE booking_id = $1 LIMIT 1`,
        [bookingId],
      );
      const { ticketId, ticketNumber } = tickets[0];
      const heldTicketId = open.tickets[0]!.ticketId;
      return { ticketId, ticketNumber, bookingId, ...row!, reservationId: open.reservationId, heldTicketId };
    }

    const has = ({ rights }: Caller, ...any: readonly Right[]) => any.some((right) => rights?.includes(right));

    /** Tries a route as everybody, about both buyers' belongings. */
    async function asEverybody(
      look: (caller: Caller, owner: Owner, own: Belongings, isTheirs: boolean) => Promise<void>,
    ) {
      for (const caller of callers) {
        for (const owner of ['guest', 'account'] as const)
          await look(caller, owner, belongings[owner], caller.owns.includes(owner));
      }
    }

    /** What belongs to one: shown to the owner and to staff with a right, else not there or not theirs to see. */
    async function assertShown(urlOf: (own: Belongings) => string, rights: readonly Right[], isOwnersToo = true) {
      await asEverybody(async (caller, owner, own, isTheirs) => {
        const url = urlOf(own);
        const { status, text } = await office.send('GET', url, caller.headers);
        const isSeen = (isOwnersToo && isTheirs) || has(caller, ...rights);
        const refusals = caller.rights ? [403] : isOwnersToo ? [404] : [401, 403, 404];
        const name = `${caller.name}, ${url} of the ${owner}: ${status} ${text}`;
        assert.ok(isSeen ? status === 200 : refusals.includes(status), name);
      });
    }

    /** Everything, once while the show is public and once when it is hidden. */
    async function assertAll(isHidden: boolean) {
      for (const base of ['/api/tickets', '/api/ticket']) {
        await asEverybody(async (caller, owner, own, isTheirs) => {
          const { status, body, text } = await office.send('GET', `${base}/${own.ticketId}`, caller.headers);
          const isSeen = isTheirs || has(caller, 'tickets');
          const name = `${caller.name}, ticket of the ${owner}: ${status} ${text}`;
          if (isHidden && !isSeen) return assert.ok([403, 404].includes(status), name);
          assert.equal(status, 200, name);
          const { ticketNumber, bookingId, notes, customerEmail, reservedAt, purchasedAt } = body;
          const shown = isSeen
            ? [own.ticketNumber, own.bookingId, secret, 'someone@example.org']
            : [null, null, null, null];
          assert.deepEqual([ticketNumber, bookingId, notes, customerEmail], shown, name);
          assert.deepEqual([reservedAt !== null, purchasedAt !== null], [isSeen, isSeen], name);
        });
        // Holds end with the show.
        if (!isHidden) await assertHolds(base);
        await assertLists(base, isHidden);
      }
      await assertShown((own) => `/api/bookings/${own.bookingId}`, ['reports', 'tickets']);
      await assertShown((own) => `/api/bookings/${own.bookingId}/history`, ['reports', 'tickets']);
      await assertShown((own) => `/api/bookings/${own.bookingId}/receipt`, ['reports', 'tickets']);
      await assertShown(
        (own) => `/api/bookings/${own.bookingId}/refunds/${own.refundId}/receipt`,
        ['reports', 'tickets'],
      );
      await assertShown((own) => `/api/payments/${own.paymentId}`, ['payments'], false);
    }

    async function assertHolds(base: string) {
      await asEverybody(async (caller, owner, own, isTheirs) => {
        const { status, body, text } = await office.send('GET', `${base}/${own.heldTicketId}`, caller.headers);
        const isSeen = isTheirs || has(caller, 'tickets');
        const name = `${caller.name}, ticket held by the ${owner}: ${text}`;
        assert.deepEqual([status, body.status, body.notes], [200, 'Held', isSeen ? secret : null], name);
      });
      await assertShown((own) => `${base}/reservation/${own.reservationId}`, ['tickets', 'payments']);
    }

    async function assertLists(base: string, isHidden: boolean) {
      for (const url of [
        `${base}/event/${eventId}`,
        `${base}?eventId=${eventId}`,
        `${base}?status=Sold`,
        `/event/${eventId}`,
      ]) {
        await asEverybody(async (caller, owner, own, isTheirs) => {
          const { text } = await office.send('GET', url, caller.headers);
          const isSeen = has(caller, 'tickets') ? !isHidden || !url.startsWith('/event') : isTheirs && !isHidden;
          assert.equal(text.includes(own.ticketNumber), isSeen, `${caller.name}, ${url}, ${owner}: ${text}`);
        });
      }
      await asEverybody(async (caller, owner, own, isTheirs) => {
        const { text } = await office.send('GET', '/api/bookings', caller.headers);
        const isSeen = has(caller, 'reports', 'tickets') || isTheirs;
        assert.equal(text.includes(own.bookingId), isSeen, `${caller.name}, bookings of the ${owner}`);
        const mine = await office.send('GET', '/api/me/tickets', caller.headers);
        assert.equal(mine.text.includes(own.ticketNumber), isTheirs && 'authorization' in caller.headers, caller.name);
      });
    }

    test('while the show is on sale', () => assertAll(false));

    test('and once it is hidden', async () => {
      const hidden = await office.send('PUT', `/api/events/${eventId}`, office.staff, { isActive: false });
      assert.equal(hidden.status, 200, hidden.text);
      await testApp.runJobs();
      await assertAll(true);
    });
  },
);
