import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import type { SandboxCard } from './sandbox-cards.ts';

export interface SandboxPayment {
  readonly reference: string;
  readonly bookingId: string;
  readonly organizerId: number;
  readonly token: string;
  readonly state: 'waiting' | 'settled' | 'cancelled';
  readonly failureCode: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly clientSecret: string;
  readonly tellsAt: Instant;
}

/** What the buyer chose on the bank's page. */
export type BankChoice = 'succeed' | 'fail' | 'cancel';

/** The play bank: it keeps books, shows buyers a page, and tells us by webhook as reliably as its cards let it. */
export interface SandboxBank {
  /** Opens a payment; the same reference again answers the first. */
  open(
    payment: Omit<SandboxPayment, 'state' | 'failureCode' | 'clientSecret' | 'tellsAt'>,
    card: SandboxCard,
  ): Promise<SandboxPayment>;
  find(reference: string): Promise<SandboxPayment | null>;
  findBySecret(clientSecret: string): Promise<SandboxPayment | null>;
  /** Settles what waits for the buyer, and tells us. Answers the payment; one that does not wait stays as it is. */
  choose(clientSecret: string, choice: BankChoice): Promise<SandboxPayment | null>;
  /** Lets a payment go that has not been paid. */
  cancel(reference: string): Promise<void>;
  list(since: Instant): Promise<SandboxPayment[]>;
  urlOf(clientSecret: string): string;
}

const columns = `reference, booking_id AS "bookingId", organizer_id AS "organizerId", token, state,
  failure_code AS "failureCode", amount_minor AS "amountMinor", currency, client_secret AS "clientSecret",
  (extract(epoch FROM tells_at) * 1000)::float8 AS "tellsAt"`;
const listedMax = 1_000;

const failures: Record<BankChoice, string | null> = {
  succeed: null,
  fail: 'AUTHENTICATION_FAILED',
  cancel: 'CANCELLED_BY_BUYER',
};

export function createSandboxBank(parts: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Where buyers find this server: the bank's page is one of its own. */
  readonly baseUrl: () => string;
  /** Sends a webhook; never throws. */
  readonly deliver: (payment: SandboxPayment) => Promise<void>;
}): SandboxBank {
  const {
    database: { system: database },
    clock,
    random,
    baseUrl,
    deliver,
  } = parts;

  async function findWhere(column: 'reference' | 'client_secret', value: string): Promise<SandboxPayment | null> {
    const text = `SELECT ${columns} FROM sandbox_payments WHERE ${column} = $1`;
    const [row] = await database.query<SandboxPayment>(text, [value]);
    return row ?? null;
  }

  function tellByWebhook(payment: SandboxPayment, { webhooks }: SandboxCard): void {
    for (let i = 0; i < (webhooks?.count ?? 0); i++) {
      if (webhooks?.afterMs) clock.after(webhooks.afterMs, () => void deliver(payment));
      else void deliver(payment);
    }
  }

  return {
    async open(payment, card) {
      const now = clock.now();
      const isChallenge = card.told === 'challenge';
      const { reference, bookingId, organizerId, token, amountMinor, currency } = payment;
      const values = [
        reference,
        organizerId,
        bookingId,
        token,
        isChallenge ? 'waiting' : 'settled',
        isChallenge || card.outcome === 'captured' ? null : card.outcome,
        amountMinor,
        currency,
        `secret_${Buffer.from(random(24)).toString('base64url')}`,
        new Date(now + (card.webhooks?.afterMs ?? 0)),
        new Date(now),
      ];
      const [row] = await database.query<SandboxPayment>(
        `INSERT INTO sandbox_payments (reference, organizer_id, booking_id, token, state, failure_code, amount_minor,
           currency, client_secret, tells_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING ${columns}`,
        values,
      );
      if (!row) return (await findWhere('reference', reference))!;
      tellByWebhook(row, card);
      return row;
    },
    find: (reference) => findWhere('reference', reference),
    findBySecret: (clientSecret) => findWhere('client_secret', clientSecret),
    async choose(clientSecret, choice) {
      const [row] = await database.query<SandboxPayment>(
        `UPDATE sandbox_payments SET state = 'settled', failure_code = $2 WHERE client_secret = $1 AND state = 'waiting'
         RETURNING ${columns}`,
        [clientSecret, failures[choice]],
      );
      // The buyer returns to a shop that has heard of it.
      if (row) await deliver(row);
      return row ?? findWhere('client_secret', clientSecret);
    },
    async cancel(reference) {
      await database.query(
        `UPDATE sandbox_payments SET state = 'cancelled' WHERE reference = $1 AND state = 'waiting'`,
        [reference],
      );
    },
    list: (since) =>
      database.query<SandboxPayment>(
        `SELECT ${columns} FROM sandbox_payments WHERE created_at >= $1 ORDER BY created_at LIMIT ${listedMax}`,
        [new Date(since)],
      ),
    urlOf: (clientSecret) => `${baseUrl()}/sandbox/bank/${clientSecret}`,
  };
}
