import type { Instant } from '../../../kernel/instant.ts';
import type { Discount } from './break-down.ts';

/** `promo`: takes something off. `access`: opens ticket types before their sale begins. Either may unlock hidden types. */
export type CodeKind = 'promo' | 'access';

/** A code that buyers may name, as the sale knows it. Codes that are switched off are not known to it. */
export interface SaleCode {
  readonly codeId: number;
  readonly kind: CodeKind;
  /** As {@link normalCode} writes it: unique within its event. */
  readonly code: string;
  /** Null for an access code. */
  readonly discount: Discount | null;
  /** The types it counts for; null: all that are not hidden. Hidden types are unlocked by being named here. */
  readonly ticketTypeIds: readonly number[] | null;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  /** Orders that may use it, in all and of one customer; null: any number. */
  readonly usesMax: number | null;
  readonly usesPerCustomer: number | null;
}

/** A code that a hold has used up one use of. */
export type HeldCode = Pick<SaleCode, 'codeId' | 'kind' | 'code'>;

/** One spelling of what people type: no spaces around, upper case, compatibility forms folded. */
export function normalCode(text: string): string {
  return text.normalize('NFKC').trim().toUpperCase();
}

/** Letters, digits, `-` and `_`, two to fifty. */
export function isCode(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_-]{1,49}$/u.test(text);
}

/** Whether a code counts for a ticket type. */
export function countsFor(code: SaleCode, ticketTypeId: number, isHidden: boolean): boolean {
  return code.ticketTypeIds === null ? !isHidden : code.ticketTypeIds.includes(ticketTypeId);
}
