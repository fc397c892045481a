import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ConfirmBody,
  PayBody,
  type PurchaseAnswer,
  PurchaseBody,
  type PurchaseRequest,
  PurchaseSchema,
} from '../../../contract/booking.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { hashRequest, readKeyed } from '../../../platform/http/idempotency.ts';
import { languageOf } from '../../../platform/http/language.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { contextOf, staffOf } from '../../../platform/http/request.ts';
import { NotByCommand } from '../../../platform/ownership/at-owner.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { type Owner, type PayingHolds, type Sale, toContact } from '../../inventory/index.ts';
import type { KnowsConsent } from '../../organizers/index.ts';
import { type GuardedPaymentProvider, readProviderName } from '../../payments/index.ts';
import { missingNames } from '../domain/attendees.ts';
import type { PurchaseOutcome } from '../domain/purchase-outcome.ts';
import type { PurchaseInput } from '../domain/purchase-request.ts';
import { purchaseProblems } from '../refusals.ts';
import { writeAttendees } from '../store/attendees.ts';
import { answerOutcome } from './purchase-outcome.ts';

export interface PurchaseRoutes {
  readonly database: TenantDatabase;
  readonly purchase: (input: PurchaseInput) => Promise<PurchaseOutcome>;
  readonly providers: {
    cardsOf(organizerId: number): GuardedPaymentProvider | null | Promise<GuardedPaymentProvider | null>;
    readonly external: GuardedPaymentProvider;
    readonly free: GuardedPaymentProvider;
  };
  readonly findReservationOfTicket: (ticketId: string) => Promise<string | null>;
  readonly findReservationOfBooking: (bookingId: string) => Promise<string | null>;
  readonly inventory: Pick<PayingHolds, 'saleOf' | 'find'>;
  /** Whether this process decides about the event. */
  readonly isHere: (eventId: number) => boolean;
  readonly knowsConsent: KnowsConsent;
  readonly clock: Clock;
}

type PaymentFields = Pick<PurchaseRequest, 'payment' | 'paymentDetails' | 'paymentReference'>;

/** Buying: `/api/tickets/purchase`, and the short names other designs use; all the same command. */
export function createPurchaseRoutes(parts: PurchaseRoutes): FastifyPluginAsyncTypebox {
  const {
    knowsConsent,
    database,
    purchase,
    providers,
    findReservationOfTicket,
    findReservationOfBooking,
    inventory,
    isHere,
    clock,
  } = parts;
  const problems = [
    ...purchaseProblems,
    'ATTENDEE_NAMES_NEEDED',
    'LEGAL_VERSION_UNKNOWN',
    'PAYMENT_PROVIDER_OFF',
    'PAYMENT_UNCLEAR',
    'SCOPE_MISSING',
    'TICKET_UNKNOWN',
  ] as const;
  const open = { access: 'public', keepsAnswers: true, problems } as const;
  const config = { ...open, eventOf: { reservation: 'body.reservationId' }, hops: 'by command' } as const;
  const paying = { ...open, eventOf: { reservation: 'body.reservationId', booking: 'body.bookingId' } } as const;
  const ofTicket = { ...open, eventOf: { ticket: 'body.ticketId' } } as const;
  const tags = ['bookings'];
  const response = { 201: PurchaseSchema, 202: PurchaseSchema };

  async function answer(request: FastifyRequest, reply: FastifyReply, body: PurchaseRequest): Promise<PurchaseAnswer> {
    const found = inventory.saleOf(body.reservationId);
    const sale = found instanceof Promise ? await found : found;
    // A purchase belongs to the organiser of its event, whoever makes it; only that organiser's staff act for others.
    const organizerId = sale?.organizerId ?? 0;
    const isStaff = sale !== null && staffOf(request.caller, 'payments') === organizerId;
    const context = { ...contextOf(request, clock.now()), organizerId };
    const { key, asked } = readKeyed(request.headers['idempotency-key'], body);
    const { customer, account, owner } = customerOf(request);
    if (customer === null && !isStaff) throw new Refused({ code: 'RESERVATION_UNKNOWN' });
    if (sale && (body.attendees || sale.asksAttendeeNames)) {
      // They are names of the places held.
      if (!isHere(sale.eventId)) throw new NotByCommand(sale.eventId);
      await keepAttendees(isStaff ? null : owner, body, sale);
    }
    if (sale && body.consent) {
      const known = knowsConsent(organizerId, body.consent);
      if (!(known instanceof Promise ? await known : known)) throw new Refused({ code: 'LEGAL_VERSION_UNKNOWN' });
    }
    const { provider, detail } = await readPayment(body, isStaff, organizerId);
    const keyOwner = isStaff ? context.actor : customer;
    const outcome = await purchase({
      reservationId: body.reservationId,
      owner: isStaff ? null : owner,
      account: isStaff ? null : account,
      provider,
      detail,
      payer: { session: request.sessionId, network: request.network, card: provider.cardOf(detail) },
      key: key === null ? null : { scope: `purchase:${keyOwner}`, key, requestHash: hashRequest(asked) },
      contact: toContact(body),
      notes: body.notes ?? null,
      // Staff buy for others: what their browser reads says nothing.
      consent: body.consent,
      language: isStaff ? body.language : languageOf(request, body.language),
      context,
    });
    return answerOutcome(reply, outcome);
  }

  /** Written before the purchase, so that none of an event that asks for names is without; a hold that is gone has said it all. */
  async function keepAttendees(
    owner: Owner,
    { reservationId, attendees = [] }: PurchaseRequest,
    { eventId, organizerId, asksAttendeeNames = false }: Sale,
  ): Promise<void> {
    const held = inventory.find({ eventId, reservationId }, owner);
    if (!held.accepted || held.value.status !== 'active') return;
    const { unnamed, foreign } = missingNames(
      held.value.places.map(({ ticketId }) => ticketId),
      attendees,
    );
    if (foreign.length > 0) throw new Refused({ code: 'TICKET_UNKNOWN', ids: foreign });
    if (asksAttendeeNames && unnamed.length > 0) throw new Refused({ code: 'ATTENDEE_NAMES_NEEDED', ids: unnamed });
    if (attendees.length === 0) return;
    await database
      .as({ organizerId })
      .transaction((tx) => writeAttendees(tx, { reservationId, organizerId }, attendees, clock.now()));
  }

  async function readPayment(
    fields: PaymentFields,
    isStaff: boolean,
    organizerId: number,
  ): Promise<{ provider: GuardedPaymentProvider; detail: string }> {
    const card = fields.payment ?? fields.paymentDetails;
    const means = [fields.payment, fields.paymentDetails, fields.paymentReference].filter((one) => one !== undefined);
    if (means.length > 1) throw new Refused({ code: 'PAYMENT_UNCLEAR' });
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
    app.post('/api/payments', { config: paying, schema: pay }, async (request, reply) => {
      const { reservationId: requested, bookingId, ...rest } = request.body;
      const reservationId = requested ?? (bookingId === undefined ? null : await findReservationOfBooking(bookingId));
      if (reservationId === null || (requested !== undefined && bookingId !== undefined)) {
        throw new Refused({ code: 'RESERVATION_UNKNOWN' });
      }
      return answer(request, reply, { reservationId, ...rest });
    });
    const confirm = { tags, summary: 'Buy the whole reservation that holds a ticket', body: ConfirmBody, response };
    app.put('/booking/confirm', { config: ofTicket, schema: confirm }, async (request, reply) => {
      const { ticketId, ...rest } = request.body;
      const reservationId = await findReservationOfTicket(ticketId);
      if (reservationId === null) throw new Refused({ code: 'RESERVATION_UNKNOWN' });
      return answer(request, reply, { reservationId, ...rest });
    });
  };
}
