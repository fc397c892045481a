import { accept, type Decision } from '../../../kernel/decision.ts';
import { type MoneyRefusal, toDecimal, toMinorUnits } from '../../../kernel/money.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** The same decimal amounts off in another currency: 5.00 EUR becomes 5 JPY. Refuses decimals that it does not have. */
export async function repriceCodes(
  tx: Queryable,
  eventId: number,
  currency: { readonly from: string; readonly to: string },
): Promise<Decision<true, MoneyRefusal>> {
  const codes = await tx.query<{ id: number; minor: number }>(
    'SELECT promo_code_id AS id, discount_minor AS minor FROM promo_codes WHERE event_id = $1 AND discount_minor IS NOT NULL',
    [eventId],
  );
  for (const { id, minor } of codes) {
    const amount = toMinorUnits(toDecimal(minor, currency.from), currency.to);
    if (!amount.accepted) return amount;
    await tx.query('UPDATE promo_codes SET discount_minor = $2 WHERE promo_code_id = $1', [id, amount.value]);
  }
  return accept(true);
}
