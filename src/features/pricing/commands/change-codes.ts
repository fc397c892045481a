import { codesPerEventMax } from '../../../contract/pricing.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { randomClearText, systemRandom } from '../../../kernel/ids.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { decideInTransaction } from '../../../platform/postgres/decide.ts';
import { type CodeDetails, type CodeInput, type CodeInputRefusal, readCode } from '../domain/code-details.ts';
import type { CodeKind } from '../domain/sale-codes.ts';
import type { PricingParts } from '../parts.ts';
import {
  findCode,
  insertCode,
  isCodeTaken,
  lockCode,
  lockEventOfCodes,
  toDetails,
  updateCode,
} from '../store/code-rows.ts';

export type CodeRefusal =
  | CodeInputRefusal
  | { readonly code: 'EVENT_NOT_FOUND' | 'CODE_NOT_FOUND' | 'CODE_TAKEN' }
  | { readonly code: 'TOO_MANY_CODES'; readonly limit: number }
  | { readonly code: 'USES_BELOW_USED'; readonly uses: number };

type Changed = Decision<{ readonly codeId: number }, CodeRefusal>;

const words = { promo: 'PromoCode', access: 'AccessCode' } as const;
/** Sixteen random characters: nobody guesses a code that we made up. */
const madeUpLength = 16;

/** Makes a code for an event; one is made up if the input names none. Refuses a spelling that the event has already. */
export async function createCode(
  parts: PricingParts,
  { eventId, kind, input }: { readonly eventId: number; readonly kind: CodeKind; readonly input: CodeInput },
  context: CommandContext,
): Promise<Changed> {
  const decided = await decideInTransaction<{ codeId: number }, CodeRefusal>(parts.database.as(context), async (tx) => {
    const event = await lockEventOfCodes(tx, { eventId, organizerId: context.organizerId });
    if (!event) return refuse({ code: 'EVENT_NOT_FOUND' });
    if (event.codeCount >= codesPerEventMax) return refuse({ code: 'TOO_MANY_CODES', limit: codesPerEventMax });
    const code = input.code ?? randomClearText(madeUpLength, parts.random ?? systemRandom);
    const details = readCode(null, { ...input, code }, { kind, ...event });
    if (!details.accepted) return details;
    if (await isCodeTaken(tx, eventId, details.value.code, 0)) return refuse({ code: 'CODE_TAKEN' });
    const codeId = await insertCode(tx, {
      eventId,
      organizerId: context.organizerId,
      details: details.value,
      now: context.now,
    });
    await record(tx, { eventId, type: `${words[kind]}Created`, codeId, details: details.value }, context);
    return accept({ codeId });
  });
  if (decided.accepted) await parts.inventory.refreshRules(eventId);
  return decided;
}

/** Changes what the input says of a code. Holds keep the price they were promised. */
export function changeCode(
  parts: PricingParts,
  { codeId, kind, input }: { readonly codeId: number; readonly kind: CodeKind; readonly input: CodeInput },
  context: CommandContext,
): Promise<Changed> {
  return change(parts, { codeId, kind, input, isTakenBack: false }, context);
}

/** Takes a code back: nobody can use it any more. What has been booked or is held with it stays. */
export function takeBackCode(
  parts: PricingParts,
  { codeId, kind }: { readonly codeId: number; readonly kind: CodeKind },
  context: CommandContext,
): Promise<Changed> {
  return change(parts, { codeId, kind, input: {}, isTakenBack: true }, context);
}

async function change(
  parts: PricingParts,
  wish: {
    readonly codeId: number;
    readonly kind: CodeKind;
    readonly input: CodeInput;
    readonly isTakenBack: boolean;
  },
  context: CommandContext,
): Promise<Changed> {
  const { codeId, kind, input, isTakenBack } = wish;
  const { organizerId, now } = context;
  const decided = await decideInTransaction<{ codeId: number; eventId: number }, CodeRefusal>(
    parts.database.as(context),
    async (tx) => {
      const seen = await findCode(tx, { codeId, kind, organizerId });
      const event = seen && (await lockEventOfCodes(tx, { eventId: seen.event_id, organizerId }));
      if (event) await lockCode(tx, codeId);
      const row = event && (await findCode(tx, { codeId, kind, organizerId }));
      if (!row?.is_active) return refuse({ code: 'CODE_NOT_FOUND' });
      const { event_id: eventId } = row;
      const details = readCode(toDetails(row), input, { kind, ...event! });
      if (!details.accepted) return details;
      if (await isCodeTaken(tx, eventId, details.value.code, codeId)) return refuse({ code: 'CODE_TAKEN' });
      const { usesMax } = details.value;
      if (usesMax !== null && usesMax < row.uses) return refuse({ code: 'USES_BELOW_USED', uses: row.uses });
      await updateCode(tx, codeId, { details: details.value, isActive: !isTakenBack, now });
      const type = `${words[kind]}${isTakenBack ? 'TakenBack' : 'Changed'}`;
      await record(tx, { eventId, type, codeId, details: details.value }, context);
      return accept({ codeId, eventId });
    },
  );
  if (decided.accepted) await parts.inventory.refreshRules(decided.value.eventId);
  return decided;
}

/** The history says all but the code itself: whoever reads it may not buy with it. */
async function record(
  tx: Queryable,
  {
    eventId,
    type,
    codeId,
    details,
  }: { readonly eventId: number; readonly type: string; readonly codeId: number; readonly details: CodeDetails },
  context: CommandContext,
): Promise<void> {
  const { code: _code, kind: _kind, ...said } = details;
  await appendEvents(tx, [{ stream: `event-${eventId}`, type, data: { codeId, ...said } }], context);
}
