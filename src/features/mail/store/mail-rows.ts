import { uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** A mail that is to be written. */
export interface NewMail {
  readonly organizerId: number;
  readonly cause: string;
  readonly kind: string;
  readonly to?: string | undefined;
  readonly language?: Language | undefined;
  readonly facts: object;
}

// Where nobody said to whom: the contact of the booking, else the account that booked; where there is neither, no mail.
const insert = {
  name: 'note-mails',
  text: `INSERT INTO mails (mail_id, organizer_id, cause, kind, recipient, facts, next_attempt_at, created_at, language)
    SELECT m.mail_id, m.organizer_id, m.cause, m.kind, coalesce(m.recipient, c.email, a.email), m.facts::json, $8, $8, m.language
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $9::text[])
        AS m(mail_id, organizer_id, cause, kind, recipient, facts, booking_id, language)
      LEFT JOIN booking_contacts c ON c.booking_id = m.booking_id AND c.organizer_id = m.organizer_id
      LEFT JOIN bookings b ON b.booking_id = m.booking_id AND b.organizer_id = m.organizer_id
      LEFT JOIN accounts a ON a.account_id = CASE WHEN b.session_id LIKE 'account:%'
        THEN substring(b.session_id FROM 9)::uuid END AND a.verified_at IS NOT NULL
    WHERE coalesce(m.recipient, c.email, a.email) <> ''
    ON CONFLICT (organizer_id, cause) DO NOTHING`,
};

/** Notes mails to be written and sent, one per cause. */
export async function insertMails(tx: Queryable, mails: readonly NewMail[], now: Instant): Promise<void> {
  await tx.query(insert, [
    mails.map(() => uuidv7(now)),
    mails.map(({ organizerId }) => organizerId),
    mails.map(({ cause }) => cause),
    mails.map(({ kind }) => kind),
    mails.map(({ to }) => to ?? null),
    mails.map(({ facts }) => JSON.stringify(facts)),
    mails.map(({ facts }) => ('bookingId' in facts ? facts.bookingId : null)),
    new Date(now),
    mails.map(({ language }) => language ?? null),
  ]);
}

export interface WaitingMail {
  readonly mailId: string;
  readonly organizerId: number;
  readonly kind: string;
  readonly recipient: string;
  /** Null: its booking knows, or nobody. */
  readonly language: Language | null;
  readonly facts: object;
  /** Of the first attempt. */
  readonly sender: string | null;
  readonly attemptCount: number;
  readonly createdAt: Date;
}

const take = {
  name: 'mails-take',
  text: `UPDATE mails SET next_attempt_at = $2, attempt_count = attempt_count + 1
    WHERE mail_id IN (SELECT mail_id FROM mails WHERE state = 'waiting' AND next_attempt_at <= $1
      ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING mail_id AS "mailId", organizer_id AS "organizerId", kind, recipient, language, facts, sender,
      attempt_count AS "attemptCount", created_at AS "createdAt"`,
};

/** Mails that are due, at most `countMax`, counted as tried; nobody else gets them before `leaseMs` have passed. */
export function takeMails(
  source: Queryable,
  { now, leaseMs, countMax }: { readonly now: Instant; readonly leaseMs: number; readonly countMax: number },
): Promise<WaitingMail[]> {
  return source.query<WaitingMail>(take, [new Date(now), new Date(now + leaseMs), countMax]);
}

const done = {
  name: 'mail-done',
  text: `UPDATE mails SET state = $2, sender = $3, last_fault = $4, sent_at = $5, facts = '{}' WHERE mail_id = $1`,
};

/** A mail is out: what it was made of is forgotten. */
export async function noteSent(
  source: Queryable,
  { mailId, sender, now }: { readonly mailId: string; readonly sender: string; readonly now: Instant },
): Promise<void> {
  await source.query(done, [mailId, 'sent', sender, null, new Date(now)]);
}

/** A mail will never be out: what it was made of is forgotten, the fault is kept. */
export async function noteGivenUp(
  source: Queryable,
  { mailId, sender, fault }: { readonly mailId: string; readonly sender: string; readonly fault: string },
): Promise<void> {
  await source.query(done, [mailId, 'given-up', sender, fault, null]);
}

const later = {
  name: 'mail-later',
  text: `UPDATE mails SET sender = $2, last_fault = $3, next_attempt_at = $4 WHERE mail_id = $1`,
};

/** A mail is tried again, from the same sender, not before `at`. */
export async function noteLater(
  source: Queryable,
  mail: { readonly mailId: string; readonly sender: string; readonly fault: string; readonly at: Instant },
): Promise<void> {
  await source.query(later, [mail.mailId, mail.sender, mail.fault, new Date(mail.at)]);
}

/** Forgets to whom mails went that were asked for before an instant. The causes stay: none is written about twice. */
export async function forgetRecipients(source: Queryable, before: Instant): Promise<void> {
  await source.query(
    `UPDATE mails SET recipient = '', last_fault = NULL WHERE created_at < $1 AND recipient <> '' AND state <> 'waiting'`,
    [new Date(before)],
  );
}

/** Deletes kept mails of before an instant, and those beyond the newest `countMax`. */
export async function deleteKeptMails(
  source: Queryable,
  { before, countMax }: { readonly before: Instant; readonly countMax: number },
): Promise<void> {
  await source.query(
    `DELETE FROM kept_mails WHERE kept_at < $1 OR mail_id IN
       (SELECT mail_id FROM kept_mails ORDER BY kept_at DESC, mail_id DESC OFFSET $2)`,
    [new Date(before), countMax],
  );
}

/** Takes addresses (in small letters) out of every mail, sent or waiting: one that waits is given up. */
export async function forgetMailsTo(tx: Queryable, addresses: readonly string[]): Promise<void> {
  await tx.query(
    `UPDATE mails SET recipient = '', facts = '{}', last_fault = NULL,
       state = CASE state WHEN 'waiting' THEN 'given-up' ELSE state END WHERE lower(recipient) = ANY($1::text[])`,
    [addresses],
  );
  await tx.query('DELETE FROM kept_mails WHERE lower(recipient) = ANY($1::text[])', [addresses]);
}
