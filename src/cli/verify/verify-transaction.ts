import { verifyTransaction } from '../../features/booking/index.ts';
import { toDecimal } from '../../kernel/money.ts';
import type { Database } from '../../platform/postgres/database.ts';
import type { CommandIo } from '../io.ts';

/** `onsale verify --transaction ID`: whether a receipt is ours and unchanged. Answers the exit code. */
export async function verifyOneTransaction(
  database: Database,
  transactionId: string,
  { json }: { readonly json: boolean },
  { stdout }: CommandIo,
): Promise<number> {
  const found = /^[0-9a-f]{128}$/.test(transactionId)
    ? await verifyTransaction(database.bypassingRls, transactionId)
    : null;
  const isGenuine = found?.genuine ?? false;
  if (json) stdout.write(`${JSON.stringify(found ? toDocument(found) : { genuine: false, known: false }, null, 2)}\n`);
  else if (!found) stdout.write('No booking has this transaction id.\n');
  else {
    const { bookingId, status, amount, currency, paidAt, secretNo } = toDocument(found);
    const verdict = isGenuine
      ? `Genuine, signed with secret ${secretNo}.`
      : 'NOT genuine: no secret of ours signed it.';
    stdout.write(
      `${verdict}\n  booking  ${bookingId} (${status})\n  amount   ${amount} ${currency}\n  paid at  ${paidAt}\n`,
    );
  }
  return isGenuine ? 0 : 1;
}

type Found = NonNullable<Awaited<ReturnType<typeof verifyTransaction>>>;

function toDocument({ genuine, bookingId, status, amountMinor, currency, paidAt, secretNo }: Found) {
  const [amount, at] = [toDecimal(amountMinor, currency), new Date(paidAt).toISOString()];
  return { genuine, known: true, bookingId, status, amount, currency, paidAt: at, secretNo };
}
