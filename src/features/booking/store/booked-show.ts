import type { Instant } from '../../../kernel/instant.ts';
import { toMinorUnits } from '../../../kernel/money.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type CancellationPolicy, usualPolicy } from '../domain/cancellation-policy.ts';
import type { CompanionRule } from '../domain/left-alone.ts';
import type { BookedShow } from '../domain/right-to-return.ts';

const select = `SELECT status, starts_at AS "startsAt", ends_at AS "endsAt", currency, cancellation,
    moved_edition AS "movedEdition",
    (SELECT json_agg(json_build_object('ticketTypeId', ticket_type_id, 'rate', rate ->> 'name', 'onlyWith', rate ->> 'onlyWith'))
      FROM ticket_types, jsonb_array_elements(rates) AS rate WHERE event_id = $1 AND rate ->> 'onlyWith' IS NOT NULL) AS "companionRules"
  FROM events WHERE event_id = $1`;
const lookAtShow = { name: 'booking-look-at-show', text: select };
const lockShow = { name: 'booking-lock-show', text: `${select} FOR NO KEY UPDATE` };

/**
 * The show of a booking, locked against other changes until the transaction ends. Whoever changes events, bookings and
 * tickets locks them in this order. Throws if it is gone: an event that was ever booked is never removed.
 */
export function lockBookedShow(tx: Queryable, eventId: number, now: Instant): Promise<BookedShow> {
  return findShow(tx, lockShow, eventId, now);
}

/** The same without a lock: what somebody is shown, not what is decided by. */
export function readBookedShow(source: Queryable, eventId: number, now: Instant): Promise<BookedShow> {
  return findShow(source, lookAtShow, eventId, now);
}

async function findShow(source: Queryable, statement: typeof lockShow, eventId: number, now: Instant) {
  const [row] = await source.query<ShowRow>(statement, [eventId]);
  if (!row) throw new Error(`There is no event ${eventId}`);
  const endsAt = (row.endsAt ?? row.startsAt).getTime();
  const isPostponed = row.status === 'postponed';
  const isCalledOff = row.status === 'cancelled';
  return {
    startsAt: row.startsAt.getTime(),
    isPostponed,
    isCalledOff,
    movedEdition: row.movedEdition,
    isAhead: isPostponed || (!isCalledOff && endsAt > now),
    policy: row.cancellation === null ? usualPolicy : toPolicy(row.cancellation, row.currency),
    companionRules: row.companionRules ?? [],
  };
}

interface ShowRow {
  readonly status: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly currency: string;
  readonly companionRules: readonly CompanionRule[] | null;
  readonly movedEdition: number;
  /** As the catalogue has it: its fee is a decimal amount. */
  readonly cancellation: (Omit<CancellationPolicy, 'feePerTicketMinor'> & { readonly feePerTicket: number }) | null;
}

function toPolicy({ feePerTicket, ...policy }: NonNullable<ShowRow['cancellation']>, currency: string) {
  const fee = toMinorUnits(feePerTicket, currency);
  if (!fee.accepted) throw new Error(`A fee of ${feePerTicket} is no amount of ${currency}`);
  return { ...policy, feePerTicketMinor: fee.value };
}
