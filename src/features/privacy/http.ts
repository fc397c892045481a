import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { customerOf } from '../../contract/customer.ts';
import { Erased, EraseMeBody, ErasePersonBody, PersonBody, PersonExport } from '../../contract/privacy.ts';
import { acceptedValue, Refused } from '../../contract/problem.ts';
import { contextOf, organizerOf } from '../../contract/request.ts';
import { accept } from '../../kernel/decision.ts';
import { toDecimal } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Queryable, WalledDatabase } from '../../platform/postgres/database.ts';
import { answered, type DoProven, eraseAccount } from '../identity/index.ts';
import type { ReleaseHoldsOf } from '../inventory/index.ts';
import { endAllRights } from '../organizers/index.ts';
import { erasePerson } from './commands/erase-person.ts';
import { bookingsOfPerson, type Person, type PersonsBooking } from './queries/persons-bookings.ts';

interface AccountData {
  readonly accountId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  readonly verified: boolean;
  readonly createdAt: Date;
}

/** What is known of a person, told and erased: by the person for everything, by staff for what their organiser has. */
export function createPrivacyRoutes({
  database,
  clock,
  releaseHoldsOf,
  doProven,
}: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly releaseHoldsOf: ReleaseHoldsOf;
  readonly doProven: DoProven;
}): FastifyPluginAsyncTypebox {
  const tags = ['privacy'];
  const own = { access: 'account' } as const;
  const staff = { access: 'members' } as const;

  return async (app) => {
    const exportMe = { tags, summary: 'Everything we know about you', response: { 200: PersonExport } };
    app.get('/api/me/export', { config: own, schema: exportMe }, async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      const { account, person } = await readMe(database.system, request);
      const bookings = await bookingsOfPerson(database.system, person);
      return { ...toExport(bookings, clock.now()), account: account && toAccount(account) };
    });
    const eraseMe = {
      tags,
      summary: 'Erase your account and your personal data',
      description:
        'Wants the password, and a code where there is a second factor. The last admin of an organiser makes somebody else one first.',
      body: EraseMeBody,
      response: { 200: Erased },
    };
    app.post('/api/me/erase', { config: { ...own, limit: 'login' }, schema: eraseMe }, async (request) => {
      const context = contextOf(request, clock.now());
      const { caller, body } = request;
      if (caller.kind !== 'account') throw new Refused({ code: 'LOGIN_NEEDED' });
      const { accountId, loginId } = caller;
      const self = { accountId, loginId, password: body.password, code: body.code };
      const erasing = doProven(self, context, async (tx) => {
        const { withoutAdmin } = await endAllRights(tx, accountId, context);
        // Thrown, so that nothing of it is done.
        if (withoutAdmin.length > 0) throw new Refused({ code: 'LAST_ADMIN', organizers: withoutAdmin });
        const { person } = await readMe(tx, request);
        const count = await erasePerson(releaseHoldsOf, tx, person, { ...context, organizerId: 0 });
        await eraseAccount(tx, accountId, context);
        return accept(count);
      });
      return toErased(acceptedValue(await answered(erasing)));
    });

    const exportPerson = {
      tags,
      summary: 'What you have of a buyer',
      body: PersonBody,
      response: { 200: PersonExport },
    };
    app.post('/api/persons/export', { config: staff, schema: exportPerson }, async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      const scope = database.as({ organizerId: organizerOf(request.caller) ?? 0 });
      return toExport(await bookingsOfPerson(scope, ofAddress(request.body.email)), clock.now());
    });
    const erase = {
      tags,
      summary: 'Erase what is personal about a buyer',
      description:
        'Contacts, names of visitors and mails of your bookings. Bookings and their history stay, without a name.',
      body: ErasePersonBody,
      response: { 200: Erased },
    };
    app.post('/api/persons/erase', { config: staff, schema: erase }, async (request) => {
      const { email, reason } = request.body;
      const context = contextOf(request, clock.now());
      const erased = await database
        .as(context)
        .transaction((tx) => erasePerson(releaseHoldsOf, tx, ofAddress(email), context, reason));
      return toErased(erased);
    });
  };
}

function ofAddress(email: string): Person {
  return { owners: [], emails: [email.toLowerCase()] };
}

/** Who is signed in: what the account owns, and what was left under its address if that is proven. */
async function readMe(
  source: Queryable,
  { caller, sessionId }: FastifyRequest,
): Promise<{ account: AccountData | null; person: Person }> {
  const accountId = caller.kind === 'account' ? caller.accountId : '';
  const [account] = await source.query<AccountData>(
    `SELECT account_id AS "accountId", email, email_key AS "emailKey", name, verified_at IS NOT NULL AS verified,
       created_at AS "createdAt" FROM accounts WHERE account_id = $1`,
    [accountId],
  );
  const owners = [customerOf({ caller, sessionId }).owner].flat();
  const emails = account?.verified ? [...new Set([account.email.toLowerCase(), account.emailKey])] : [];
  return { account: account ?? null, person: { owners, emails } };
}

function toAccount({ accountId, email, name, createdAt }: AccountData) {
  return { accountId, email, name, createdAt: createdAt.toISOString() };
}

function toExport(bookings: readonly PersonsBooking[], now: number) {
  return {
    exportedAt: new Date(now).toISOString(),
    bookings: bookings.map(({ startsAt, createdAt, totalMinor, attendees, reservationId: _, ...booking }) => ({
      ...booking,
      attendees: [...attendees],
      startsAt: startsAt.toISOString(),
      createdAt: createdAt.toISOString(),
      totalPrice: toDecimal(totalMinor, booking.currency),
    })),
  };
}

function toErased(bookings: number) {
  const message = `What was personal about ${bookings} ${bookings === 1 ? 'booking is' : 'bookings is'} erased.`;
  return { success: true as const, bookings, message };
}
