import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, Uuid } from '../../../contract/common.ts';
import {
  CodeChangeBody,
  type CustomerInput,
  ReleasedSchema,
  type ReservationAnswer,
  ReservationId,
  ReservationSchema,
  ReserveBody,
  type ReserveRequest,
} from '../../../contract/inventory.ts';
import type { Decision } from '../../../kernel/decision.ts';
import { readVatId } from '../../../kernel/vat-id.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { hashRequest, readKeyed } from '../../../platform/http/idempotency.ts';
import { languageOf } from '../../../platform/http/language.ts';
import { readyAnswer } from '../../../platform/http/ready-answer.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { staffOf } from '../../../platform/http/request.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { CodeGuesses, TooManyGuesses } from '../commands/code-guesses.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { forgetHolds } from '../commands/expire-holds.ts';
import type { HoldJournal } from '../commands/journal-holds.ts';
import type { createPlaceHold, PlacedHold } from '../commands/place-hold.ts';
import { firstKeyLengthMin, judgeFirstKey } from '../domain/first-key.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { eventOfReservation } from '../domain/reservation-id.ts';
import type { CodeChangeRefusal, Hold, HoldContact, Owner } from '../domain/types.ts';
import { toReservationAnswer } from '../queries/reservation-answer.ts';
import { codeChangeProblems, placeHoldProblems, reservationProblems } from '../refusals.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import { networkCounted } from './network-counted.ts';

/** Guest sessions as this edge needs them. */
export interface GuestSessions {
  issue(): { sessionId: string; token: string };
  derive(idempotencyKey: string): { sessionId: string; token: string };
  /** The Set-Cookie line that hands the token to a browser. */
  cookie(token: string): string;
}

export interface ReservationRoutes {
  readonly ledgers: EventLedgers;
  readonly store: InventoryStore;
  readonly journal: HoldJournal;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly placeHold: ReturnType<typeof createPlaceHold>;
  readonly codeGuesses: CodeGuesses;
  readonly sessions: GuestSessions;
}

const nobody: HoldContact = { name: null, email: null, phone: null };

/** Reserve, look, renew, release: `/api/tickets/…`, and the short names other designs use. */
export function createReservationRoutes(parts: ReservationRoutes): FastifyPluginAsyncTypebox {
  const { ledgers, store, journal, clock, placeHold, sessions, codeGuesses } = parts;
  const open = { access: 'public', staff: ['tickets', 'payments'], ids: { id: 'reservation' } } as const;
  const config = { ...open, eventOf: { reservation: 'path.id' }, problems: reservationProblems } as const;
  const problems = [...placeHoldProblems, 'TOO_MANY_GUESSES', 'IDEMPOTENCY_KEY_WEAK'] as const;
  const places = { ...open, limit: 'hold', keepsAnswers: true, hops: 'by command', problems } as const;
  const holding = { ...places, eventOf: { event: 'body.eventId' } } as const;
  const holdingOne = { ...places, eventOf: { ticket: 'body.ticketId' } } as const;
  const tags = ['reservations'];

  /** Answers at once, without a promise, when the ledger is in memory here; one that is elsewhere is asked by a command. */
  function reserve(
    request: FastifyRequest,
    reply: FastifyReply,
    body: ReserveRequest,
  ): Promise<ReservationAnswer> | undefined {
    const { key, asked } = readKeyed(request.headers['idempotency-key'], body);
    let { customer, account } = customerOf(request);
    let token: string | undefined;
    if (customer === null) {
      const session = key === null ? sessions.issue() : sessions.derive(forFirst(key, request.network));
      ({ sessionId: customer, token } = session);
    }
    const idempotency = key === null ? null : { key, requestHash: hashRequest(asked) };
    const input = {
      eventId: body.eventId,
      customer,
      account,
      network: networkCounted(request),
      trustedBy: staffOf(request.caller, 'tickets') ?? staffOf(request.caller, 'payments'),
      request: body,
      contact: withNotes(toContact(body), body.notes),
      idempotency,
      language: languageOf(request, body.language),
    };
    const who = () => ({ customer: account ?? request.sessionId, network: request.network });
    const namesCode = (body.promoCode ?? body.accessCode) !== undefined;
    const decided = namesCode ? codeGuesses.during(who(), () => placeHold(input)) : placeHold(input);
    const answer = (placed: Awaited<typeof decided>) => {
      const value = acceptedValue(placed);
      request.didAnew = !value.replayed;
      // Whoever is refused holds nothing, and needs no session.
      if (token !== undefined) reply.header('x-session-token', token).header('set-cookie', sessions.cookie(token));
      return readyAnswer(reply.code(201), toPlacedAnswer(value, token));
    };
    return 'then' in decided ? decided.then(answer) : void reply.send(answer(decided));
  }

  /** What the session of a first reserve follows from. A space is in no key and in no network. */
  function forFirst(key: string, network: string): string {
    const judged = judgeFirstKey(key);
    if (judged === 'weak') throw new Refused({ code: 'IDEMPOTENCY_KEY_WEAK', lengthMin: firstKeyLengthMin });
    return judged === 'random' ? key : `${key} ${network}`;
  }

  function toPlacedAnswer(
    { hold, partial, replayed, holdMs }: PlacedHold,
    sessionToken: string | undefined,
  ): ReservationAnswer {
    const count = hold.places.length;
    const message = `${count} ${count === 1 ? 'ticket is' : 'tickets are'} held for you${partial ? ', fewer than you asked for' : ''}.`;
    // A replay says what the first answer said: time is counted from then.
    const now = replayed && hold.renewals === 0 && holdMs !== undefined ? hold.expiresAt - holdMs : clock.now();
    return toReservationAnswer(hold, { now, message, partial, ...(sessionToken !== undefined && { sessionToken }) });
  }

  /**
   * Runs `work` on the ledger that a reservation id names, for whoever asks: its guest, or staff who may take payments. Answers
   * that ledger with the hold.
   */
  async function onReservation(
    request: FastifyRequest,
    reservationId: string,
    work: (
      ledger: EventLedger,
      owner: Owner,
      now: number,
    ) => Decision<Hold, CodeChangeRefusal> | Promise<Decision<Hold, CodeChangeRefusal | TooManyGuesses>>,
  ): Promise<{ readonly event: LoadedEvent; readonly hold: Hold }> {
    const eventId = eventOfReservation(reservationId);
    const event = eventId === undefined ? null : (ledgers.loaded(eventId) ?? (await ledgers.open(eventId)));
    const organizerId = event?.ledger.rules.organizerId;
    const isStaff =
      staffOf(request.caller, 'tickets') === organizerId || staffOf(request.caller, 'payments') === organizerId;
    const { owner } = customerOf(request);
    if (!event) throw new Refused({ code: 'RESERVATION_UNKNOWN' });
    return { event, hold: acceptedValue(await work(event.ledger, isStaff ? null : owner, clock.now())) };
  }

  return async (app) => {
    const reserveSchema = {
      tags,
      summary: 'Hold tickets: a number of a type, a basket, or exact tickets',
      description: 'Issues a guest session if the request carries none. All or nothing unless `partial` is true.',
      body: ReserveBody,
      response: { 201: ReservationSchema },
    };
    const byId = { tags, params: Type.Object({ id: ReservationId }, closed), response: { 200: ReservationSchema } };
    for (const base of ['/api/tickets', '/api/ticket']) {
      app.post(`${base}/reserve`, { config: holding, schema: reserveSchema }, (request, reply) =>
        reserve(request, reply, request.body),
      );
      app.get(
        `${base}/reservation/:id`,
        { config, schema: { ...byId, summary: 'A reservation and its time left' } },
        async (request) => {
          const { hold } = await onReservation(request, request.params.id, (ledger, customer, now) =>
            ledger.find(request.params.id, customer, now),
          );
          return toReservationAnswer(hold, { now: clock.now(), message: 'These tickets are held for you.' });
        },
      );
      app.post(
        `${base}/reservation/:id/renew`,
        { config, schema: { ...byId, summary: 'Start the hold time again, once' } },
        async (request) => {
          const { event, hold } = await onReservation(request, request.params.id, (ledger, customer, now) =>
            ledger.renew(request.params.id, customer, now),
          );
          journal.keep(event, hold.reservationId);
          return toReservationAnswer(hold, {
            now: clock.now(),
            message: 'The hold time starts again. It cannot be renewed another time.',
          });
        },
      );
      app.put(
        `${base}/reservation/:id/promo-code`,
        {
          config: { ...config, problems: codeChangeProblems },
          schema: { ...byId, body: CodeChangeBody, summary: 'Take another promo code, or none: the price follows' },
        },
        async (request) => {
          const { promoCode } = request.body;
          const { owner: asker } = customerOf(request);
          const guesser = { customer: [asker].flat()[0] ?? null, network: request.network };
          const { event, hold } = await onReservation(request, request.params.id, (ledger, owner, now) => {
            const change = () => ledger.changeCode(request.params.id, owner, now, promoCode);
            return promoCode === null ? change() : codeGuesses.during(guesser, change);
          });
          journal.keep(event, hold.reservationId);
          return toReservationAnswer(hold, {
            now: clock.now(),
            message: 'These tickets are held for you at this price.',
          });
        },
      );
      const schema = { ...byId, summary: 'Let the tickets go at once', response: { 200: ReleasedSchema } };
      app.delete(`${base}/reservation/:id`, { config, schema }, async (request) => {
        const { event, hold } = await onReservation(request, request.params.id, (ledger, customer, now) =>
          ledger.release(request.params.id, customer, now),
        );
        forgetHolds(parts, event, [hold], 'released');
        return { success: true, message: 'The tickets are free again.', reservationId: hold.reservationId };
      });
    }
    const oneTicket = {
      tags,
      summary: 'Hold one ticket by its id',
      body: Type.Object({ ticketId: Uuid() }, closed),
      response: { 201: ReservationSchema },
    };
    app.post('/booking/reserve', { config: holdingOne, schema: oneTicket }, async (request, reply) => {
      const { ticketId } = request.body;
      const eventId = await store.findEventOfTicket(ticketId);
      if (eventId === null) throw new Refused({ code: 'TICKET_UNKNOWN', ids: [ticketId] });
      return reserve(request, reply, { eventId, ticketIds: [ticketId] });
    });
  };
}

function withNotes(contact: HoldContact | null, notes: string | undefined): HoldContact | null {
  return notes === undefined ? contact : { ...(contact ?? nobody), notes };
}

/** The contact fields of a request, from either form; null if it names none. */
export function toContact(input: CustomerInput): HoldContact | null {
  const name = input.customer?.name ?? input.customerName ?? null;
  const email = input.customer?.email ?? input.customerEmail ?? null;
  const phone = input.customer?.phone ?? input.customerPhone ?? null;
  const companyName = input.customer?.companyName ?? input.companyName;
  const vatId = input.customer?.vatId ?? input.vatId;
  if (name === null && email === null && phone === null && companyName === undefined && vatId === undefined)
    return null;
  const company = {
    ...(companyName !== undefined && { companyName }),
    ...(vatId !== undefined && { vatId: readVatId(vatId)! }),
  };
  return { name, email, phone, ...company };
}
