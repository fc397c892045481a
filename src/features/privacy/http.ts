import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Erased, EraseMeBody, ErasePersonBody, PersonBody, PersonExport } from '../../contract/privacy.ts';
import { accept, type Decision } from '../../kernel/decision.ts';
import { toDecimal } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { accountOwner, customerOf } from '../../platform/http/customer.ts';
import { acceptedValue, Refused } from '../../platform/http/refused.ts';
import { contextOf, organizerOf } from '../../platform/http/request.ts';
import { spellingsOf } from '../../platform/mail/spellings.ts';
import type { Queryable, TenantDatabase } from '../../platform/postgres/database.ts';
import { answered, type DoProven, eraseAccount, provenProblems } from '../identity/index.ts';
import type { ReleaseHoldsOf } from '../inventory/index.ts';
import { endAllRights } from '../organizers/index.ts';
import { erasePerson } from './commands/erase-person.ts';
import { type AccountData, findAccountData } from './queries/account-data.ts';
import { bookingsOfPerson, type Person } from './queries/persons-bookings.ts';
import { type PersonsText, textsOfPerson } from './queries/persons-texts.ts';

/** What is known of a person, exported and erased: by the person for everything, by staff for what their organiser has. */
export function createPrivacyRoutes({
  database,
  clock,
  releaseHoldsOf,
  doProven,
  forgetTicketsOf,
}: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly releaseHoldsOf: ReleaseHoldsOf;
  readonly doProven: DoProven;
  /** Keeps the list of its tickets no more. */
  readonly forgetTicketsOf: (owner: string) => void;
}): FastifyPluginAsyncTypebox {
  const tags = ['privacy'];
  const own = { access: 'account', eventOf: 'none' } as const;
  const staff = { access: 'members', eventOf: 'none' } as const;

  return async (app) => {
    const exportMe = { tags, summary: 'Everything we know about you', response: { 200: PersonExport } };
    app.get('/api/me/export', { config: own, schema: exportMe }, async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      const { account, person } = await readMe(database.bypassingRls, request);
      return {
        ...(await toExport(database.bypassingRls, person, clock.now())),
        account: account && toAccount(account),
      };
    });
    const eraseMe = {
      tags,
      summary: 'Erase your account and your personal data',
      description:
        'Wants the password, and a code where there is a second factor. The last admin of an organiser makes somebody else one first.',
      body: EraseMeBody,
      response: { 200: Erased },
    };
    app.post(
      '/api/me/erase',
      {
        config: { ...own, eventOf: 'any', limit: 'login', problems: [...provenProblems, 'LAST_ADMIN'] },
        schema: eraseMe,
      },
      async (request) => {
        const context = contextOf(request, clock.now());
        const { caller, body } = request;
        if (caller.kind !== 'account') throw new Refused({ code: 'LOGIN_NEEDED' });
        const { accountId, loginId } = caller;
        const self = { accountId, loginId, password: body.password, code: body.code };
        const erasing = doProven(self, context, async (tx): Promise<Decision<number, never>> => {
          const { withoutAdmin } = await endAllRights(tx, accountId, context);
          // Thrown, so that nothing of it is done.
          if (withoutAdmin.length > 0) throw new Refused({ code: 'LAST_ADMIN', organizers: withoutAdmin });
          const { person } = await readMe(tx, request);
          const count = await erasePerson(releaseHoldsOf, tx, person, { ...context, organizerId: 0 });
          await eraseAccount(tx, accountId, context);
          return accept(count);
        });
        const erased = acceptedValue(await answered(erasing));
        forgetTicketsOf(accountOwner(accountId));
        return toErased(erased);
      },
    );

    const exportPerson = {
      tags,
      summary: 'What you have of a buyer',
      body: PersonBody,
      response: { 200: PersonExport },
    };
    app.post('/api/persons/export', { config: staff, schema: exportPerson }, async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      const scope = database.as({ organizerId: organizerOf(request.caller) ?? 0 });
      return toExport(scope, ofAddress(request.body.email), clock.now());
    });
    const erase = {
      tags,
      summary: 'Erase what is personal about a buyer',
      description:
        'Contacts, names of visitors, mails of your bookings, and what was typed about them as a reason. Bookings and their history ' +
        'stay, without a name.',
      body: ErasePersonBody,
      response: { 200: Erased },
    };
    app.post('/api/persons/erase', { config: { ...staff, eventOf: 'any' }, schema: erase }, async (request) => {
      const { email, reason } = request.body;
      const context = contextOf(request, clock.now());
      const erased = await database
        .as(context)
        .transaction((tx) =>
          erasePerson(
            releaseHoldsOf,
            tx,
            ofAddress(email),
            context,
            reason === undefined ? undefined : { typed: reason },
          ),
        );
      return toErased(erased);
    });
  };
}

function ofAddress(email: string): Person {
  return { owners: [], emails: spellingsOf(email) };
}

/** Who is signed in: what the account owns, and what was left under its address if that is proven. */
async function readMe(
  source: Queryable,
  { caller, sessionId }: FastifyRequest,
): Promise<{ account: AccountData | null; person: Person }> {
  const accountId = caller.kind === 'account' ? caller.accountId : '';
  const account = await findAccountData(source, accountId);
  const owners = [customerOf({ caller, sessionId }).owner].flat();
  const emails = account?.verified ? [...new Set([...spellingsOf(account.email), account.emailKey])] : [];
  return { account, person: { owners, emails } };
}

function toAccount({ accountId, email, name, createdAt }: AccountData) {
  return { accountId, email, name, createdAt: createdAt.toISOString() };
}

async function toExport(source: Queryable, person: Person, now: number) {
  const bookings = await bookingsOfPerson(source, person);
  const texts = await textsOfPerson(source, person, bookings);
  const toText = ({ text, writtenAt }: PersonsText) => ({ text, writtenAt: writtenAt.toISOString() });
  return {
    exportedAt: new Date(now).toISOString(),
    bookings: bookings.map(({ startsAt, createdAt, totalMinor, attendees, reservationId: _, ...booking }) => ({
      ...booking,
      attendees: [...attendees],
      texts: texts.filter(({ bookingId }) => bookingId === booking.bookingId).map(toText),
      startsAt: startsAt.toISOString(),
      createdAt: createdAt.toISOString(),
      totalPrice: toDecimal(totalMinor, booking.currency),
    })),
    mentions: texts.filter(({ bookingId }) => bookingId === null).map(toText),
  };
}

function toErased(bookings: number) {
  const message = `What was personal about ${bookings} ${bookings === 1 ? 'booking is' : 'bookings is'} erased.`;
  return { success: true as const, bookings, message };
}
