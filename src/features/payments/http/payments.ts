import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, Uuid } from '../../../contract/common.ts';
import {
  PaymentListSchema,
  type PaymentMethod,
  PaymentMethodsQuery,
  PaymentMethodsSchema,
  PaymentSchema,
  PaymentsQuery,
  RefundBody,
  RefundSchema,
  ResolveBody,
  ReviewPage,
  ReviewSchema,
  ReviewsQuery,
} from '../../../contract/payments.ts';
import { isUuid, type RandomBytes } from '../../../kernel/ids.ts';
import { toMinorUnits } from '../../../kernel/money.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { resolveTexts } from '../../../platform/event-store/kept-texts.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { hashRequest, readKeyed } from '../../../platform/http/idempotency.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf, staffOf } from '../../../platform/http/request.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { RequestRefund } from '../commands/request-refund.ts';
import { resolvePaymentReview } from '../commands/resolve-review.ts';
import { toPaymentAnswer, toRefundAnswer, toReviewAnswer } from '../queries/payment-answer.ts';
import { refundProblems, resolveProblems } from '../refusals.ts';
import { listReviews } from '../store/payment-reviews.ts';
import {
  type AppendBookingEvent,
  findPayment,
  findPaymentFor,
  type PaymentRow,
  paymentsOfBooking,
} from '../store/payment-rows.ts';
import { findRefund, refundsOfPayment } from '../store/refund-rows.ts';

/** Payments for staff (right `payments`), and what a buyer's page needs to pay. */
export function createPaymentRoutes(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly appendBookingEvent: AppendBookingEvent;
  readonly random?: RandomBytes;
  readonly requestRefund: RequestRefund;
  readonly methodsOf: (organizerId: number | null) => Promise<readonly PaymentMethod[]>;
  readonly findOrganizer: (slug: string) => Promise<number | null>;
  /** Carries a refund out now, as far as the provider answers. */
  readonly refundNow: (refundId: string) => Promise<void>;
}): FastifyPluginAsyncTypebox {
  const { database, clock, methodsOf, findOrganizer, refundNow } = parts;
  const tags = ['payments'];
  const config = { access: 'payments', eventOf: 'none', ids: { id: 'payment' } } as const;
  const ofReview = { access: 'payments', eventOf: 'any', ids: { id: 'review' } } as const;
  const params = Type.Object({ id: Uuid() }, closed);
  const withRefunds = async (payment: PaymentRow) =>
    resolveTexts(
      database.as(payment),
      toPaymentAnswer(payment, await refundsOfPayment(database.as(payment), payment.paymentId)),
    );

  async function find(request: FastifyRequest, id: string): Promise<PaymentRow> {
    const organizerId = organizerOf(request);
    const payment = await findPayment(database.as({ organizerId }), organizerId, id);
    if (!payment) throw new Refused({ code: 'PAYMENT_NOT_FOUND' });
    return payment;
  }

  async function toAmountMinor(
    request: FastifyRequest,
    id: string,
    amount: number | undefined,
  ): Promise<number | null> {
    if (amount === undefined) return null;
    const organizerId = organizerOf(request);
    const payment = await findPaymentFor(database.as({ organizerId }), id, organizerId);
    if (!payment) throw new Refused({ code: 'PAYMENT_NOT_FOUND' });
    return acceptedValue(toMinorUnits(amount, payment.currency));
  }

  return async (app) => {
    const methodsSchema = {
      tags,
      summary: 'How one can pay here, or at an organiser',
      querystring: PaymentMethodsQuery,
      response: { 200: PaymentMethodsSchema },
    };
    app.get(
      '/api/payments/methods',
      { config: { access: 'public', eventOf: 'none', problems: ['ORGANIZER_NOT_FOUND'] }, schema: methodsSchema },
      async ({ query }) => {
        const organizerId = query.organizer === undefined ? null : await findOrganizer(query.organizer);
        if (query.organizer !== undefined && organizerId === null) throw new Refused({ code: 'ORGANIZER_NOT_FOUND' });
        return { providers: [...(await methodsOf(organizerId))] };
      },
    );
    const list = { tags, summary: 'The payments of a booking', querystring: PaymentsQuery };
    const listSchema = { ...list, response: { 200: PaymentListSchema } };
    app.get('/api/payments', { config, schema: listSchema }, async (request) => {
      const organizerId = organizerOf(request);
      const all = await paymentsOfBooking(database.as({ organizerId }), request.query.bookingId);
      const ours = all.filter((payment) => payment.organizerId === organizerId);
      return { items: await Promise.all(ours.map(withRefunds)) };
    });
    const one = { tags, summary: 'A payment with its refunds', params, response: { 200: PaymentSchema } };
    app.get('/api/payments/:id', { config, schema: one }, async (request) =>
      withRefunds(await find(request, request.params.id)),
    );
    const refund = {
      tags,
      summary: 'Give money back',
      description:
        'All that is left, or an amount. `id` is the payment, or its booking. When the last of the money goes back the ' +
        'tickets are cancelled and their places go on sale again, unless `tickets` is `keep`; a part never cancels any. ' +
        'An amount that the provider cannot pay exactly is rounded up to one that it can. Send an Idempotency-Key; without ' +
        'one, the same amount again within a minute wants `confirm: true`.',
      params,
      body: Type.Optional(RefundBody),
      response: { 201: RefundSchema },
    };
    app.post(
      '/api/payments/:id/refund',
      { config: { ...config, eventOf: 'any', keepsAnswers: true, problems: refundProblems }, schema: refund },
      async (request, reply) => {
        const { id } = request.params;
        const { amount, reason, tickets, confirm = false } = request.body ?? {};
        const { key } = readKeyed(request.headers['idempotency-key'], request.body ?? {});
        const context = contextOf(request, clock.now());
        const amountMinor = await toAmountMinor(request, id, amount);
        const scope = `refund:${context.actor}`;
        const asked = {
          id,
          amountMinor,
          tickets: tickets ?? null,
          reason: reason === undefined ? ownReasons.refundedByStaff : { typed: reason },
          confirm,
          key: key === null ? null : { scope, key, requestHash: hashRequest({ id, amount, reason, tickets }) },
        };
        const { refundId } = acceptedValue(await parts.requestRefund(asked, context));
        await refundNow(refundId);
        const own = database.as(context);
        return reply.code(201).send(await resolveTexts(own, toRefundAnswer((await findRefund(own, refundId))!)));
      },
    );
    const reviews = {
      tags,
      summary: 'What money needs a person for, newest first',
      querystring: ReviewsQuery,
      response: { 200: ReviewPage },
    };
    app.get('/api/payments/reviews', { config, schema: reviews }, async (request) => {
      const { limit = 20, cursor } = request.query;
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
      if (before !== undefined && !isUuid(String(before))) throw new Refused({ code: 'CURSOR_INVALID' });
      const question = { organizerId: organizerOf(request), before: before as string | undefined, limit: limit + 1 };
      const rows = await listReviews(database.as(question), question);
      const items = await resolveTexts(database.as(question), rows.slice(0, limit).map(toReviewAnswer));
      return { items, nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.reviewId]) : null };
    });
    const resolve = {
      tags,
      summary: 'Say that a person has looked at it',
      params,
      body: ResolveBody,
      response: { 200: ReviewSchema },
    };
    app.post(
      '/api/payments/reviews/:id/resolve',
      { config: { ...ofReview, problems: resolveProblems }, schema: resolve },
      async (request) => {
        const { resolution } = request.body;
        const context = contextOf(request, clock.now());
        const asked = { reviewId: request.params.id, resolution };
        const resolved = acceptedValue(await resolvePaymentReview(parts, asked, context));
        return resolveTexts(database.as(context), toReviewAnswer(resolved));
      },
    );
  };
}

function organizerOf({ caller }: FastifyRequest): number {
  return staffOf(caller, 'payments') ?? 0;
}
