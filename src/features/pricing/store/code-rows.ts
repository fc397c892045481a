import type { Queryable } from '../../../platform/postgres/database.ts';
import type { CodeDetails } from '../domain/code-details.ts';
import type { CodeKind } from '../domain/sale-codes.ts';

/** A row of `promo_codes`, with how many bookings use it and the currency of its event. */
export interface CodeRow {
  promo_code_id: number;
  organizer_id: number;
  event_id: number;
  kind: CodeKind;
  code: string;
  note: string | null;
  discount_rate: number | null;
  discount_minor: number | null;
  ticket_type_ids: number[] | null;
  valid_from: Date | null;
  valid_until: Date | null;
  uses_max: number | null;
  uses_per_customer: number | null;
  is_active: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
  uses: number;
  currency: string;
}

const readColumns = `c.*, e.currency,
  (SELECT count(*) FROM promo_code_uses u WHERE u.promo_code_id = c.promo_code_id AND NOT u.given_back) AS uses`;

/** The organiser's code of a kind; undefined if there is none. */
export async function findCode(
  source: Queryable,
  id: { readonly codeId: number; readonly kind: CodeKind; readonly organizerId: number },
): Promise<CodeRow | undefined> {
  const [row] = await source.query<CodeRow>(
    `SELECT ${readColumns} FROM promo_codes c JOIN events e USING (event_id)
     WHERE c.promo_code_id = $1 AND c.kind = $2 AND c.organizer_id = $3`,
    [id.codeId, id.kind, id.organizerId],
  );
  return row;
}

/** Codes of an event, the oldest first, after the id `after`. */
export function listCodes(
  source: Queryable,
  filter: {
    readonly eventId: number;
    readonly kind: CodeKind;
    readonly includeInactive: boolean;
    readonly after: number;
    readonly limit: number;
  },
): Promise<CodeRow[]> {
  return source.query<CodeRow>(
    `SELECT ${readColumns} FROM promo_codes c JOIN events e USING (event_id)
     WHERE c.event_id = $1 AND c.kind = $2 AND (c.is_active OR $3) AND c.promo_code_id > $4
     ORDER BY c.promo_code_id LIMIT $5`,
    [filter.eventId, filter.kind, filter.includeInactive, filter.after, filter.limit],
  );
}

export function toDetails(row: CodeRow): CodeDetails {
  return {
    kind: row.kind,
    code: row.code,
    note: row.note,
    discount: row.kind === 'access' ? null : { rate: row.discount_rate, amountMinor: row.discount_minor },
    ticketTypeIds: row.ticket_type_ids,
    validFrom: row.valid_from?.getTime() ?? null,
    validUntil: row.valid_until?.getTime() ?? null,
    usesMax: row.uses_max,
    usesPerCustomer: row.uses_per_customer,
  };
}

function toColumns(details: CodeDetails): unknown[] {
  const date = (instant: number | null) => (instant === null ? null : new Date(instant));
  return [
    details.code,
    details.note,
    details.discount?.rate ?? null,
    details.discount?.amountMinor ?? null,
    details.ticketTypeIds,
    date(details.validFrom),
    date(details.validUntil),
    details.usesMax,
    details.usesPerCustomer,
  ];
}

export async function insertCode(
  tx: Queryable,
  code: { readonly eventId: number; readonly organizerId: number; readonly details: CodeDetails; readonly now: number },
): Promise<number> {
  const [row] = await tx.query<{ promo_code_id: number }>(
    `INSERT INTO promo_codes (organizer_id, event_id, kind, created_at, updated_at, code, note, discount_rate, discount_minor,
       ticket_type_ids, valid_from, valid_until, uses_max, uses_per_customer)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING promo_code_id`,
    [code.organizerId, code.eventId, code.details.kind, new Date(code.now), ...toColumns(code.details)],
  );
  return row!.promo_code_id;
}

export async function updateCode(
  tx: Queryable,
  codeId: number,
  change: { readonly details: CodeDetails; readonly isActive: boolean; readonly now: number },
): Promise<void> {
  await tx.query(
    `UPDATE promo_codes SET is_active = $2, updated_at = $3, version = version + 1, code = $4, note = $5,
       discount_rate = $6, discount_minor = $7, ticket_type_ids = $8, valid_from = $9, valid_until = $10, uses_max = $11,
       uses_per_customer = $12
     WHERE promo_code_id = $1`,
    [codeId, change.isActive, new Date(change.now), ...toColumns(change.details)],
  );
}

/** The organiser's event, locked so that its codes change one at a time; null if there is none. */
export async function lockEventOfCodes(
  tx: Queryable,
  { eventId, organizerId }: { readonly eventId: number; readonly organizerId: number },
): Promise<{ currency: string; ticketTypeIds: number[]; codeCount: number } | null> {
  const [event] = await tx.query<{ currency: string }>(
    'SELECT currency FROM events WHERE event_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE',
    [eventId, organizerId],
  );
  if (!event) return null;
  const [facts] = await tx.query<{ types: number[] | null; codes: number }>(
    `SELECT (SELECT array_agg(ticket_type_id) FROM ticket_types WHERE event_id = $1) AS types,
       (SELECT count(*) FROM promo_codes WHERE event_id = $1 AND is_active) AS codes`,
    [eventId],
  );
  return { currency: event.currency, ticketTypeIds: facts!.types ?? [], codeCount: facts!.codes };
}

/** Keeps bookings from using the code until the transaction ends: what is read of its uses then is true. */
export async function lockCode(tx: Queryable, codeId: number): Promise<void> {
  await tx.query('SELECT FROM promo_codes WHERE promo_code_id = $1 FOR UPDATE', [codeId]);
}

/** Whether another active code of the event is spelled so. */
export async function isCodeTaken(tx: Queryable, eventId: number, code: string, except: number): Promise<boolean> {
  const rows = await tx.query(
    'SELECT FROM promo_codes WHERE event_id = $1 AND code = $2 AND is_active AND promo_code_id <> $3',
    [eventId, code, except],
  );
  return rows.length > 0;
}

/** Whether the organiser has such an event. Pricing lies below the catalogue, so it asks for itself. */
export async function hasEvent(
  source: Queryable,
  { eventId, organizerId }: { readonly eventId: number; readonly organizerId: number },
): Promise<boolean> {
  const rows = await source.query('SELECT FROM events WHERE event_id = $1 AND organizer_id = $2', [
    eventId,
    organizerId,
  ]);
  return rows.length > 0;
}
