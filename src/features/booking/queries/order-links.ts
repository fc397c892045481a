import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { type LinkSecret, makeOrderToken, readOrderToken } from '../domain/order-link.ts';
import { loadLinkSecrets } from '../store/link-secrets.ts';

/** Links by which guests find their orders. */
export interface OrderLinks {
  /** `/api/orders/<token>` */
  path(bookingId: string): string;
  /** The booking that a token opens; null if it is none of ours, or too old. */
  read(token: string): Promise<string | null>;
}

/** How long secrets are remembered: within this a rotation is known everywhere. */
const rememberMs = 60_000;

export async function createOrderLinks({
  database,
  clock,
}: {
  readonly database: Transacting;
  readonly clock: Clock;
}): Promise<OrderLinks> {
  let secrets: readonly LinkSecret[] = await loadLinkSecrets(database);
  let readAt = clock.measure();
  let reading: Promise<void> | null = null;

  function refresh(): Promise<void> {
    reading ??= loadLinkSecrets(database)
      .then((read) => {
        secrets = read;
        readAt = clock.measure();
      })
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  return {
    path(bookingId) {
      if (clock.measure() - readAt > rememberMs) refresh().catch(() => {});
      return `/api/orders/${makeOrderToken(bookingId, secrets[0]!)}`;
    },
    async read(token) {
      if (clock.measure() - readAt > rememberMs) await refresh();
      return readOrderToken(token, secrets);
    },
  };
}
