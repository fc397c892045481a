import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import {
  type ReceiptAnswer,
  ReceiptQuery,
  ReceiptSchema,
  SettlementQuery,
  SettlementSchema,
} from '../../contract/accounting.ts';
import { closed, SerialId, Uuid } from '../../contract/common.ts';
import { type Language, preferredLanguage, usualLanguage } from '../../kernel/language.ts';
import { toDecimal } from '../../kernel/money.ts';
import { erasedText } from '../../kernel/reason.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { resolveTexts } from '../../platform/event-store/kept-texts.ts';
import { toCsv, wantsCsv } from '../../platform/http/csv.ts';
import { Refused } from '../../platform/http/refused.ts';
import { organizerOf } from '../../platform/http/request.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import { type BookingRow, type BookingStore, findFor, type OrderLinks, readers } from '../booking/index.ts';
import { issueReceipts } from './commands/issue-receipts.ts';
import { type IssuedReceipt, receiptHtml, receiptText } from './domain/receipt-text.ts';
import { settlementHeader, settlementRows, settleOwnEvent } from './queries/settle-event.ts';
import { readMoneyBack } from './store/money-back.ts';
import { findReceipt } from './store/receipts.ts';

export interface AccountingParts {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly clock: Clock;
  /** The booking that the link of a mail opens. */
  readonly orderLinks: Pick<OrderLinks, 'read'>;
}

/** A page that fetches nothing and runs nothing. */
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'";
const numberWidth = 6;

/** Papers about money: receipts for buyers and staff, settlements for staff. */
export function createAccountingRoutes({
  database,
  store,
  clock,
  orderLinks,
}: AccountingParts): FastifyPluginAsyncTypebox {
  const tags = ['accounting'];

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { row, refundId }: { readonly row: BookingRow; readonly refundId: string | null },
    { format, language: said }: Static<typeof ReceiptQuery>,
  ): Promise<ReceiptAnswer | string> {
    const receipt = await issue(row, refundId);
    const contact = await store.contact(row.bookingId);
    const { number, issuedAt, isVoid } = receipt;
    const readable = await resolveTexts(database.as({ organizerId: row.organizerId }), receipt.document);
    const document = { ...readable, reason: readable.reason === erasedText ? null : readable.reason };
    const issued = {
      number: String(number).padStart(numberWidth, '0'),
      issuedAt: issuedAt.toISOString(),
      customer: contact?.name ?? null,
      companyName: contact?.companyName ?? null,
      vatId: contact?.vatId ?? null,
      document,
      isVoid,
    };
    /** What is said, else what its buyer reads, else what the request asks for. */
    async function languageOf(): Promise<Language> {
      if (said !== undefined) return said;
      const [made] = await store.events(row.bookingId);
      const kept = made?.type === 'BookingCreated' ? made.data.language : undefined;
      return kept ?? preferredLanguage(request.headers['accept-language']) ?? usualLanguage;
    }
    reply.header('cache-control', 'private, no-store').header('vary', 'accept-language');
    const wanted = format ?? formatOf(request.headers.accept ?? '');
    if (wanted === 'text') {
      reply.type('text/plain; charset=utf-8');
      return receiptText(issued, await languageOf());
    }
    if (wanted === 'html') {
      reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8');
      return receiptHtml(issued, await languageOf());
    }
    return toBody(issued);
  }

  /** The receipt, issued now if it was not before. */
  async function issue(
    {
      bookingId,
      organizerId,
      status,
      transactionId,
    }: { bookingId: string; organizerId: number; status: string; transactionId: string | null },
    refundId: string | null,
  ) {
    if (transactionId === null) throw new Refused({ code: 'BOOKING_NOT_PAID', status });
    const scope = database.as({ organizerId });
    const found = await findReceipt(scope, bookingId, refundId);
    if (found) return found;
    const refund = refundId === null ? null : (await readMoneyBack(scope, [bookingId])).find(bookingId, refundId);
    if (refund === undefined) throw new Refused({ code: 'REFUND_UNKNOWN' });
    if (refund?.state === 'failed') throw new Refused({ code: 'REFUND_NOT_MADE' });
    const wanted = refund === null ? { bookingIds: [bookingId], refunds: [] } : { bookingIds: [], refunds: [refund] };
    await scope.transaction((tx) => issueReceipts(tx, wanted, clock.now()));
    const issued = await findReceipt(scope, bookingId, refundId);
    // Tickets were issued for money that could not be taken.
    if (!issued) throw new Refused({ code: 'BOOKING_NOT_PAID', status });
    return issued;
  }

  return async (app) => {
    const response = {
      200: { description: 'JSON, plain text or a page', content: receiptContent },
    };
    const problems = ['BOOKING_NOT_PAID', 'REFUND_NOT_MADE', 'REFUND_UNKNOWN'] as const;
    const config = { access: 'public', staff: readers, ids: { id: 'booking', refundId: 'refund' }, problems } as const;
    const ofBooking = {
      tags,
      summary: 'The receipt of a booking',
      params: Type.Object({ id: Uuid() }, closed),
      querystring: ReceiptQuery,
      response,
    };
    app.get('/api/bookings/:id/receipt', { config, schema: ofBooking }, async (request, reply) => {
      const { row } = await findFor(store, request, request.params.id);
      return answer(request, reply, { row, refundId: null }, request.query);
    });
    const ofOrder = {
      ...ofBooking,
      summary: 'The receipt of an order, by its link',
      params: Type.Object({ token: Type.String({ minLength: 10, maxLength: 100 }) }, closed),
    };
    const byLink = { access: 'public', ids: { token: null }, problems: [...problems, 'ORDER_LINK_UNKNOWN'] } as const;
    app.get('/api/orders/:token/receipt', { config: byLink, schema: ofOrder }, async (request, reply) => {
      const bookingId = await orderLinks.read(request.params.token);
      const row = bookingId === null ? null : await store.find(bookingId);
      if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
      return answer(request, reply, { row, refundId: null }, request.query);
    });
    const ofRefund = {
      ...ofBooking,
      summary: 'The receipt of a refund',
      params: Type.Object({ id: Uuid(), refundId: Uuid() }, closed),
    };
    app.get('/api/bookings/:id/refunds/:refundId/receipt', { config, schema: ofRefund }, async (request, reply) => {
      const { id, refundId } = request.params;
      const { row } = await findFor(store, request, id);
      return answer(request, reply, { row, refundId }, request.query);
    });
    const settlement = {
      tags,
      summary: 'What an event has brought in: sold, fees, tax, refunded, due',
      params: Type.Object({ id: SerialId() }, closed),
      querystring: SettlementQuery,
      response: {
        200: { description: 'JSON or CSV', content: settlementContent },
      },
    };
    app.get(
      '/api/events/:id/settlement',
      { config: { access: 'reports', ids: { id: 'event' } }, schema: settlement },
      async (request, reply) => {
        const { id } = request.params;
        const organizerId = organizerOf(request.caller) ?? 0;
        const settled = await settleOwnEvent(database, { eventId: id, organizerId });
        if (!settled) throw new Refused({ code: 'EVENT_NOT_FOUND' });
        reply.header('cache-control', 'private, no-store');
        if (!wantsCsv(request)) return settled;
        reply.header('content-disposition', `attachment; filename="settlement-${id}.csv"`);
        return reply.type('text/csv; charset=utf-8').send(toCsv(settlementHeader, settlementRows(settled)));
      },
    );
  };
}

const asText = { schema: Type.String() };
const receiptContent = { 'application/json': { schema: ReceiptSchema }, 'text/plain': asText, 'text/html': asText };
const settlementContent = { 'application/json': { schema: SettlementSchema }, 'text/csv': asText };

function formatOf(accept: string): 'json' | 'text' | 'html' {
  if (accept.includes('text/html')) return 'html';
  return accept.includes('text/plain') ? 'text' : 'json';
}

function toBody({ number, issuedAt, customer, companyName, vatId, document, isVoid }: IssuedReceipt): ReceiptAnswer {
  const { lines, taxes, netMinor, taxMinor, totalMinor, ...rest } = document;
  const decimal = (minor: number) => toDecimal(minor, document.currency);
  return {
    ...rest,
    ...{ number, issuedAt, customer, companyName, vatId, isVoid },
    lines: lines.map(({ description, amountMinor }) => ({ description, amount: decimal(amountMinor) })),
    taxes: taxes.map((tax) => ({
      ...{ name: tax.name, percent: tax.percent },
      net: decimal(tax.netMinor),
      tax: decimal(tax.taxMinor),
    })),
    net: decimal(netMinor),
    tax: decimal(taxMinor),
    total: decimal(totalMinor),
  };
}
