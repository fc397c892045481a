import type { UnlockedTypesAnswer } from '../../src/contract/catalog.ts';

/** A code that somebody named for a show in this tab, and the ticket types it counts for. */
export interface KeptCode {
  readonly kind: UnlockedTypesAnswer['kind'];
  readonly code: string;
  readonly ticketTypeIds: readonly number[];
}

const keyOf = (eventId: number) => `onsale.code.${eventId}`;
/** Where nothing may be kept, it holds for this page. */
const ofThisPage = new Map<number, readonly KeptCode[]>();

/** The codes that go along to seats and checkout: at most one of each kind. */
export function keptCodes(eventId: number): readonly KeptCode[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(eventId)) ?? 'null');
    if (Array.isArray(kept)) return kept as KeptCode[];
  } catch {
    // Not to be read, or kept by an earlier version.
  }
  return ofThisPage.get(eventId) ?? [];
}

/** Keeps a code instead of an earlier one of its kind. */
export function keepCode(eventId: number, code: KeptCode): void {
  write(eventId, [...keptCodes(eventId).filter(({ kind }) => kind !== code.kind), code]);
}

/** Forgets the codes of these kinds; named none: all. */
export function forgetCodes(eventId: number, ...kinds: readonly KeptCode['kind'][]): void {
  write(eventId, kinds.length === 0 ? [] : keptCodes(eventId).filter(({ kind }) => !kinds.includes(kind)));
}

/** The codes as a request names them that asks for these ticket types: one that counts for none of them would be refused. */
export function codesFor(
  eventId: number,
  ticketTypeIds: Iterable<number>,
): { readonly promoCode?: string; readonly accessCode?: string } {
  const asked = new Set(ticketTypeIds);
  const counting = keptCodes(eventId).filter((one) => one.ticketTypeIds.some((id) => asked.has(id)));
  return Object.fromEntries(counting.map(({ kind, code }) => [`${kind}Code`, code]));
}

function write(eventId: number, codes: readonly KeptCode[]): void {
  ofThisPage.set(eventId, codes);
  try {
    if (codes.length === 0) sessionStorage.removeItem(keyOf(eventId));
    else sessionStorage.setItem(keyOf(eventId), JSON.stringify(codes));
  } catch {
    // Then it holds for this page.
  }
}
