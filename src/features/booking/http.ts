import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConfirmBody, PayBody, PurchaseBody, type PurchaseRequest, PurchaseSchema } from '../../contract/booking.ts';
import { customerOf } from '../../contract/customer.ts';
import { hashRequest, readKeyed } from '../../contract/idempotency.ts';
import { Refused } from '../../contract/problem.ts';
import { contextOf, staffOf } from '../../contract/request.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { type EventLedgers, eventOfReservation, type LoadedEvent, type Owner, toContact } from '../inventory/index.ts';
import { type GuardedPaymentProvider, readProviderName } from '../payments/index.ts';
import { missingNames, writeAttendees } from './commands/name-attendees.ts';
import type { PurchaseInput, PurchaseResult } from './commands/purchase.ts';

export interface PurchaseRoutes {
  readonly database: WalledDatabase;
  readonly purchase: (input: PurchaseInput) => Promise<PurchaseResult>;
  readonly providers: {
    cardsOf(organizerId: number): GuardedPaymentProvider | null | Promise<GuardedPaymentProvider | null>;
    readonly external: GuardedPaymentProvider;
    readonly free: GuardedPaymentProvider;
  };
  readonly findReservationOfTicket: (ticketId: string) => Promise<string | null>;
  readonly findReservationOfBooking: (bookingId: string) => Promise<string | null>;
  readonly ledgers: Pick<EventLedgers, 'loaded' | 'open'>;
  readonly clock: Clock;
}

type PaymentFields = Pick<PurchaseRequest, 'payment' | 'paymentDetails' | 'paymentReference'>;

/** Buying: `/api/tickets/purchase`, and the short names other designs use; all the same command. */
export function createPurchaseRoutes(parts: PurchaseRoutes): FastifyPluginAsyncTypebox {
  const { database, purchase, providers, findReservationOfTicket, findReservationOfBooking, ledgers, clock } = parts;
  const config = { access: 'public', keepsAnswers: true } as const;
  const tags = ['bookings'];
  const response = { 201: PurchaseSchema, 202: PurchaseSchema };

  async function answer(request: FastifyRequest, reply: FastifyReply, body: PurchaseRequest): Promise<never> {
    const eventId = eventOfReservation(body.reservationId);
    const event = eventId === undefined ? null : (ledgers.loaded(eventId) ?? (await ledgers.open(eventId)));
    // A purchase belongs to the organiser of its event, whoever makes it; only that organiser's staff act for others.
    const organizerId = event?.ledger.rules.organizerId ?? 0;
    const isStaff = event !== null && staffOf(request.caller, 'payments') === organizerId;
    const context = { ...contextOf(request, clock.now()), organizerId };
    const { key, asked } = readKeyed(request.headers['idempotency-key'], body);
    const { customer, account, owner: buyer } = customerOf(request);
    if (customer === null && !isStaff) throw new Refused({ code: 'RESERVATION_UNKNOWN' });
    if (event && (body.attendees || event.ledger.rules.asksAttendeeNames)) {
      await keepAttendees(isStaff ? null : buyer, body, event);
    }
    const { provider, detail } = await readPayment(body, isStaff, organizerId);
    const owner = isStaff ? context.actor : customer;
    const result = await purchase({
      reservationId: body.reservationId,
      customer: isStaff ? null : buyer,
      account: isStaff ? null : account,
      provider,
      detail,
      payer: { session: request.sessionId, network: request.network, card: provider.cardOf(detail) },
      key: key === null ? null : { scope: `purchase:${owner}`, key, requestHash: hashRequest(asked) },
      contact: toContact(body),
      notes: body.notes ?? null,
      context,
    });
    if ('refusal' in result) throw new Refused(result.refusal);
    const { status, body: text } = result.answer;
    const type = status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
    return reply.code(status).type(type).send(text) as never;
  }

  /** Written before the purchase, so that none of an event that asks for names is without; a hold that is gone has said it all. */
  async function keepAttendees(
    owner: Owner,
    { reservationId, attendees = [] }: PurchaseRequest,
    { ledger }: LoadedEvent,
  ): Promise<void> {
    const now = clock.now();
    const held = ledger.find(reservationId, owner, now);
    if (!held.accepted || held.value.status !== 'active') return;
    const { unnamed, foreign } = missingNames(
      held.value.places.map(({ ticketId }) => ticketId),
      attendees,
    );
    if (foreign.length > 0) throw new Refused({ code: 'TICKET_UNKNOWN', ids: foreign });
    const { asksAttendeeNames = false, organizerId } = ledger.rules;
    if (asksAttendeeNames && unnamed.length > 0) throw new Refused({ code: 'ATTENDEE_NAMES_NEEDED', ids: unnamed });
    if (attendees.length === 0) return;
    await database
      .as({ organizerId })
      .transaction((tx) => writeAttendees(tx, { reservationId, organizerId }, attendees, now));
  }

  async function readPayment(
    fields: PaymentFields,
    isStaff: boolean,
    organizerId: number,
  ): Promise<{ provider: GuardedPaymentProvider; detail: string }> {
    const card = fields.payment ?? fields.paymentDetails;
    const given = [fields.payment, fields.paymentDetails, fields.paymentReference].filter((one) => one !== undefined);
    if (given.length > 1) throw new Refused({ code: 'PAYMENT_UNCLEAR' });
    if (fields.paymentReference !== undefined) {
      if (!isStaff) throw new Refused({ code: 'SCOPE_MISSING', scope: 'payments' });
      return { provider: providers.external, detail: fields.paymentReference };
    }
    if (!card) return { provider: providers.free, detail: '' };
    const cards = await providers.cardsOf(organizerId);
    const company = cards && readProviderName(cards.name).company;
    if (!cards || (card.provider ?? company) !== company) throw new Refused({ code: 'PAYMENT_PROVIDER_OFF' });
    const detail = card.token ?? '';
    const refusal = cards.refuse(detail);
    if (refusal) throw new Refused(refusal);
    return { provider: cards, detail };
  }

  return async (app) => {
    const schema = {
      tags,
      summary: 'Buy what a reservation holds',
      description:
        'Send an Idempotency-Key: the same key and body answer the same, whatever breaks on the way. A paymentReference says ' +
        'that it was paid elsewhere: only staff and keys with the right `payments` may (403), or anybody could claim to have paid.',
      body: PurchaseBody,
      response,
    };
    for (const base of ['/api/tickets', '/api/ticket']) {
      app.post(`${base}/purchase`, { config, schema }, (request, reply) => answer(request, reply, request.body));
    }
    app.post('/api/bookings', { config, schema }, (request, reply) => answer(request, reply, request.body));
    const pay = {
      tags: ['payments'],
      summary: 'Pay for a reservation, or go on with the payment of a booking',
      description: 'The same command as a purchase, and the same keys: whatever is asked how often, one charge.',
      body: PayBody,
      response,
    };
    app.post('/api/payments', { config, schema: pay }, async (request, reply) => {
      const { reservationId: given, bookingId, ...rest } = request.body;
      const reservationId = given ?? (bookingId === undefined ? null : await findReservationOfBooking(bookingId));
      if (reservationId === null || (given !== undefined && bookingId !== undefined)) {
        throw new Refused({ code: 'RESERVATION_UNKNOWN' });
      }
      return answer(request, reply, { reservationId, ...rest });
    });
    const confirm = { tags, summary: 'Buy the whole reservation that holds a ticket', body: ConfirmBody, response };
    app.put('/booking/confirm', { config, schema: confirm }, async (request, reply) => {
      const { ticketId, ...rest } = request.body;
      const reservationId = await findReservationOfTicket(ticketId);
      if (reservationId === null) throw new Refused({ code: 'RESERVATION_UNKNOWN' });
      return answer(request, reply, { reservationId, ...rest });
    });
  };
}
