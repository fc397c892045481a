import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, SerialId } from '../../contract/common.ts';
import {
  AccessCode,
  type AccessCodeAnswer,
  AccessCodeChange,
  AccessCodePage,
  type CodeBody,
  CodeDeleted,
  CodesQuery,
  NewAccessCode,
  NewPromoCode,
  PromoCode,
  type PromoCodeAnswer,
  PromoCodeChange,
  PromoCodePage,
} from '../../contract/pricing.ts';
import type { CommandContext } from '../../kernel/context.ts';
import { parseInstant } from '../../kernel/instant.ts';
import { toDecimal } from '../../kernel/money.ts';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.ts';
import { acceptedValue, Refused } from '../../platform/http/refused.ts';
import { contextOf } from '../../platform/http/request.ts';
import { changeCode, createCode, takeBackCode } from './commands/change-codes.ts';
import type { CodeInput } from './domain/code-details.ts';
import { toPercent } from './domain/rounding.ts';
import type { CodeKind } from './domain/sale-codes.ts';
import type { PricingParts } from './parts.ts';
import { codeProblems } from './refusals.ts';
import { type CodeRow, findCode, hasEvent, listCodes } from './store/code-rows.ts';

const kinds = {
  promo: {
    path: 'promo-codes',
    word: 'promo code',
    tag: 'promo codes',
    New: NewPromoCode,
    Change: PromoCodeChange,
    Answer: PromoCode,
    Page: PromoCodePage,
  },
  access: {
    path: 'access-codes',
    word: 'access code',
    tag: 'access codes',
    New: NewAccessCode,
    Change: AccessCodeChange,
    Answer: AccessCode,
    Page: AccessCodePage,
  },
} as const;

/** What staff do with the codes of an event: promo codes and access codes have the same routes, each under its name. */
export function createCodeRoutes(parts: PricingParts, kind: CodeKind): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const { path, word, tag, New, Change, Answer, Page } = kinds[kind];
  const tags = [tag];
  const ids = { eventId: 'event', codeId: kind === 'promo' ? 'promoCode' : 'accessCode' } as const;
  const reading = { access: 'catalog', eventOf: 'none', ids } as const;
  const making = { ...reading, eventOf: { event: 'path.eventId' }, problems: codeProblems } as const;
  // Only its row says which event a code is of; the ledger hears of the change.
  const changing = { ...reading, eventOf: 'any', problems: codeProblems } as const;
  const ofEvent = Type.Object({ eventId: SerialId() }, closed);
  const ofCode = Type.Object({ codeId: SerialId() }, closed);

  async function show(codeId: number, context: CommandContext) {
    const row = await findCode(database.as(context), { codeId, kind, organizerId: context.organizerId });
    if (!row) throw new Refused({ code: 'CODE_NOT_FOUND' });
    return kind === 'promo' ? toPromoCode(row) : toAccessCode(row);
  }

  async function refuseForeign(eventId: number, context: CommandContext): Promise<void> {
    const isOwn = await hasEvent(database.as(context), { eventId, organizerId: context.organizerId });
    if (!isOwn) throw new Refused({ code: 'EVENT_NOT_FOUND' });
  }

  return async (app) => {
    const created = { tags, summary: `Make a ${word}`, params: ofEvent, body: New, response: { 201: Answer } };
    app.post(`/api/events/:eventId/${path}`, { config: making, schema: created }, async (request, reply) => {
      const context = contextOf(request, clock.now());
      const { eventId } = request.params;
      const input = toInput(request.body as CodeBody);
      const { codeId } = acceptedValue(await createCode(parts, { eventId, kind, input }, context));
      reply.code(201).header('location', `/api/${path}/${codeId}`);
      return show(codeId, context);
    });
    const listed = {
      tags,
      summary: `The ${tag} of an event`,
      params: ofEvent,
      querystring: CodesQuery,
      response: { 200: Page },
    };
    app.get(`/api/events/:eventId/${path}`, { config: reading, schema: listed }, async (request) => {
      const context = contextOf(request, clock.now());
      const { eventId } = request.params;
      await refuseForeign(eventId, context);
      const { limit = 20, cursor, includeInactive = false } = request.query;
      const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ['id']);
      const filter = { eventId, kind, includeInactive, after: Number(after), limit: limit + 1 };
      const rows = await listCodes(database.as(context), filter);
      const items = rows.slice(0, limit);
      const nextCursor = rows.length > limit ? encodeCursor([items.at(-1)!.promo_code_id]) : null;
      return kind === 'promo'
        ? { items: items.map(toPromoCode), nextCursor }
        : { items: items.map(toAccessCode), nextCursor };
    });
    const one = { tags, summary: `A ${word}`, params: ofCode, response: { 200: Answer } };
    app.get(`/api/${path}/:codeId`, { config: reading, schema: one }, async (request) =>
      show(request.params.codeId, contextOf(request, clock.now())),
    );
    const changed = {
      tags,
      summary: `Change a ${word}; what is absent stays`,
      params: ofCode,
      body: Change,
      response: { 200: Answer },
    };
    app.put(`/api/${path}/:codeId`, { config: changing, schema: changed }, async (request) => {
      const context = contextOf(request, clock.now());
      const { codeId } = request.params;
      const input = toInput(request.body as CodeBody);
      acceptedValue(await changeCode(parts, { codeId, kind, input }, context));
      return show(codeId, context);
    });
    const deleted = {
      tags,
      summary: `Take a ${word} back; what is booked or held with it stays`,
      params: ofCode,
      response: { 200: CodeDeleted },
    };
    app.delete(`/api/${path}/:codeId`, { config: changing, schema: deleted }, async (request) => {
      const { codeId } = request.params;
      acceptedValue(await takeBackCode(parts, { codeId, kind }, contextOf(request, clock.now())));
      return { success: true as const, message: `The ${word} was taken back. Nobody can use it any more.` };
    });
  };
}

function toInput({ validFrom, validUntil, ...body }: CodeBody): CodeInput {
  const instant = (text: string | null) => (text === null ? null : parseInstant(text)!);
  return {
    ...body,
    ...(validFrom !== undefined && { validFrom: instant(validFrom) }),
    ...(validUntil !== undefined && { validUntil: instant(validUntil) }),
  };
}

function toPromoCode(row: CodeRow): PromoCodeAnswer {
  const { promo_code_id: promoCodeId, discount_rate: rate, discount_minor: minor, currency } = row;
  return {
    promoCodeId,
    percentOff: rate === null ? null : toPercent(rate),
    amountOff: minor === null ? null : toDecimal(minor, currency),
    currency,
    ...toCode(row),
  };
}

function toAccessCode(row: CodeRow): AccessCodeAnswer {
  return { accessCodeId: row.promo_code_id, ...toCode(row) };
}

/** What both kinds say. */
function toCode(row: CodeRow) {
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  return {
    eventId: row.event_id,
    code: row.code,
    note: row.note,
    ticketTypeIds: row.ticket_type_ids,
    validFrom: iso(row.valid_from),
    validUntil: iso(row.valid_until),
    maxUses: row.uses_max,
    maxUsesPerCustomer: row.uses_per_customer,
    uses: row.uses,
    isActive: row.is_active,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
