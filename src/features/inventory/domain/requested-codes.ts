import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { type CodeKind, countsFor, type HeldCode, normalCode, type SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { CodeRefusal, HoldRequest, SaleRules, SaleType } from './types.ts';

/** The codes that a request names, found in the sale's rules. */
export interface RequestedCodes {
  readonly promo: SaleCode | null;
  readonly access: SaleCode | null;
}

export const noCodes: readonly HeldCode[] = [];
export const noSaleCodes: readonly SaleCode[] = [];

const noneRequested = accept(null);
const prefixes = { promo: 'PROMO_CODE', access: 'ACCESS_CODE' } as const;

/** Null if the request names no code: most do not, and pay nothing for it. Refuses codes that are unknown here. */
export function readCodes(
  request: Pick<HoldRequest, 'promoCode' | 'accessCode'>,
  rules: SaleRules,
): Decision<RequestedCodes | null, CodeRefusal> {
  const { promoCode = null, accessCode = null } = request;
  if (promoCode === null && accessCode === null) return noneRequested;
  const promo = promoCode === null ? null : find(promoCode, 'promo', rules);
  if (promo === undefined) return refuse({ code: 'PROMO_CODE_UNKNOWN' });
  const access = accessCode === null ? null : find(accessCode, 'access', rules);
  if (access === undefined) return refuse({ code: 'ACCESS_CODE_UNKNOWN' });
  return accept({ promo, access });
}

function find(text: string, kind: CodeKind, { codes }: SaleRules): SaleCode | undefined {
  const code = codes?.get(normalCode(text));
  return code?.kind === kind ? code : undefined;
}

/** Codes out of their time, or that count for none of the types asked for. */
export function refuseCodes(
  { promo, access }: RequestedCodes,
  types: readonly SaleType[],
  now: Instant,
): CodeRefusal | undefined {
  for (const code of [promo, access]) {
    if (code === null) continue;
    const { kind, validFrom, validUntil } = code;
    const invalid = `${prefixes[kind]}_NOT_VALID` as const;
    if (validFrom !== null && now < validFrom) return { code: invalid, reason: 'not_yet', opensAt: validFrom };
    if (validUntil !== null && now >= validUntil) return { code: invalid, reason: 'over', opensAt: null };
    if (!types.some((type) => applies(code, type))) return { code: `${prefixes[kind]}_NOT_APPLICABLE` };
  }
  return undefined;
}

/**
 * The codes of which a hold of these types uses up one use each: the promo code if it counts for any of them, and the
 * access code if something could not be had without it.
 */
export function usedCodes(
  { promo, access }: RequestedCodes,
  types: readonly SaleType[],
  rules: SaleRules,
  now: Instant,
): readonly SaleCode[] {
  const isOpen = rules.onSaleFrom === null || now >= rules.onSaleFrom;
  const needsAccess = (type: SaleType) =>
    access !== null &&
    applies(access, type) &&
    ((type.isHidden === true && !(promo !== null && applies(promo, type))) ||
      !isOpen ||
      (type.salesFrom !== null && now < type.salesFrom));
  const used = promo !== null && types.some((type) => applies(promo, type)) ? [promo] : [];
  return access !== null && types.some(needsAccess) ? [...used, access] : used;
}

function applies(code: SaleCode, { ticketTypeId, isHidden = false }: SaleType): boolean {
  return countsFor(code, ticketTypeId, isHidden);
}

export function toHeldCode({ codeId, kind, code }: SaleCode): HeldCode {
  return { codeId, kind, code };
}
