import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { type LinkedBooking, type LinkSecret, makeOrderToken, readOrderToken } from '../domain/order-link.ts';
import { loadLinkSecrets } from '../store/link-secrets.ts';
import { linkVersionOf } from '../store/link-versions.ts';

/** The page of the order that a token opens. */
export const orderPath = (token: string) => `/order/${token}`;

/** Links by which guests find their orders. */
export interface OrderLinks {
  /** The page of an order: `/order/<token>`. Programs read it at `/api/orders/<token>`. */
  path(booking: LinkedBooking): string;
  /** The booking that a token opens; null if it is none of ours, too old, or went to an address that was corrected since. */
  read(token: string): Promise<string | null>;
}

/** How long secrets are remembered: within this a rotation is known everywhere. */
const rememberMs = 60_000;

/** `secrets` are those that hold now, the newest first; later ones are read when it is time. */
export function createOrderLinks(parts: {
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  readonly secrets: readonly LinkSecret[];
}): OrderLinks {
  const { bypassingRls, clock } = parts;
  let { secrets } = parts;
  let readAt = clock.measure();
  let reading: Promise<void> | null = null;

  function refresh(): Promise<void> {
    reading ??= loadLinkSecrets(bypassingRls)
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
    path(booking) {
      if (clock.measure() - readAt > rememberMs) refresh().catch(() => {});
      return orderPath(makeOrderToken(booking, secrets[0]!));
    },
    async read(token) {
      if (clock.measure() - readAt > rememberMs) await refresh();
      const opened = readOrderToken(token, secrets);
      if (opened === null) return null;
      const isCurrent = (await linkVersionOf(bypassingRls, opened.bookingId)) === opened.linkVersion;
      return isCurrent ? opened.bookingId : null;
    },
  };
}
