import type { OrganizerAnswer } from '../../../contract/organizers.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** What anybody may know of an organiser. */
export type PublicOrganizer = Readonly<OrganizerAnswer>;

/** What its members decide about it beside that. */
export interface OrganizerSettings {
  readonly mailSenderName: string | null;
  readonly mailSenderAddress: string | null;
  readonly mailReplyTo: string | null;
  readonly paymentAccount: string | null;
  readonly guests: 'allowed' | 'refused';
  readonly holdMinutes: number;
  readonly sellerName: string | null;
  readonly sellerAddress: string | null;
  readonly taxNumber: string | null;
}

export type OrganizerDetails = Omit<PublicOrganizer, 'organizerId' | 'slug'> & OrganizerSettings;

export type OrganizerRow = PublicOrganizer &
  OrganizerSettings & { readonly version: number; readonly createdAt: Date; readonly updatedAt: Date };

const publicColumns = `o.organizer_id AS "organizerId", o.slug, o.name, o.description, o.website, o.logo_url AS "logoUrl",
  o.accent_color AS "accentColor", o.currency, o.time_zone AS "timeZone"`;
const allColumns = `${publicColumns}, s.mail_sender_name AS "mailSenderName", s.mail_sender_address AS "mailSenderAddress",
  s.mail_reply_to AS "mailReplyTo", s.payment_account AS "paymentAccount", o.guests,
  o.hold_minutes AS "holdMinutes", s.seller_name AS "sellerName",
  s.seller_address AS "sellerAddress", s.tax_number AS "taxNumber", o.version, o.created_at AS "createdAt",
  o.updated_at AS "updatedAt"`;

export async function findPublicOrganizer(source: Queryable, slug: string): Promise<PublicOrganizer | null> {
  const text = `SELECT ${publicColumns} FROM organizers o WHERE o.slug = $1`;
  const [row] = await source.query<PublicOrganizer>({ name: 'find-organizer', text }, [slug]);
  return row ?? null;
}

/** Organisers in the order they were made, after an id. */
export function listPublicOrganizers(source: Queryable, after: number, limit: number): Promise<PublicOrganizer[]> {
  const text = `SELECT ${publicColumns} FROM organizers o WHERE o.organizer_id > $1 ORDER BY o.organizer_id LIMIT $2`;
  return source.query<PublicOrganizer>({ name: 'list-organizers', text }, [after, limit]);
}

/** The whole organiser; `lock` keeps other changes of it away until the transaction ends. */
export async function readOrganizer(
  source: Queryable,
  organizerId: number,
  lock: 'lock' | null = null,
): Promise<OrganizerRow | null> {
  const [row] = await source.query<OrganizerRow>(
    `SELECT ${allColumns} FROM organizers o LEFT JOIN organizer_settings s USING (organizer_id)
     WHERE o.organizer_id = $1 ${lock === null ? '' : 'FOR NO KEY UPDATE OF o'}`,
    [organizerId],
  );
  return row ?? null;
}

/** Where its card payments go; null: to the platform's own account. */
export async function readPaymentAccount(source: Queryable, organizerId: number): Promise<string | null> {
  const text = 'SELECT payment_account AS account FROM organizer_settings WHERE organizer_id = $1';
  const [row] = await source.query<{ account: string | null }>({ name: 'payment-account', text }, [organizerId]);
  return row?.account ?? null;
}

/** Adds an organiser; undefined if the slug is taken. */
export async function insertOrganizer(
  tx: Queryable,
  organizer: { readonly slug: string; readonly name: string; readonly currency: string },
  at: Date,
): Promise<number | undefined> {
  const [row] = await tx.query<{ organizer_id: number }>(
    `INSERT INTO organizers (slug, name, currency, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (slug) DO NOTHING RETURNING organizer_id`,
    [organizer.slug, organizer.name, organizer.currency, at],
  );
  return row?.organizer_id;
}

/** Writes all details of an organiser. */
export async function writeDetails(
  tx: Queryable,
  organizerId: number,
  details: OrganizerDetails,
  at: Date,
): Promise<void> {
  await tx.query(
    `UPDATE organizers SET name = $2, description = $3, website = $4, logo_url = $5, accent_color = $6, currency = $7,
       time_zone = $8, updated_at = $9, guests = $10, hold_minutes = $11, version = version + 1 WHERE organizer_id = $1`,
    [
      organizerId,
      details.name,
      details.description,
      details.website,
      details.logoUrl,
      details.accentColor,
      details.currency,
      details.timeZone,
      at,
      details.guests,
      details.holdMinutes,
    ],
  );
  await tx.query(
    `INSERT INTO organizer_settings (organizer_id, mail_sender_name, mail_sender_address, mail_reply_to, payment_account,
       seller_name, seller_address, tax_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (organizer_id) DO UPDATE SET mail_sender_name = excluded.mail_sender_name,
       mail_sender_address = excluded.mail_sender_address, mail_reply_to = excluded.mail_reply_to,
       payment_account = excluded.payment_account, seller_name = excluded.seller_name,
       seller_address = excluded.seller_address, tax_number = excluded.tax_number`,
    [
      organizerId,
      details.mailSenderName,
      details.mailSenderAddress,
      details.mailReplyTo,
      details.paymentAccount,
      details.sellerName,
      details.sellerAddress,
      details.taxNumber,
    ],
  );
}
