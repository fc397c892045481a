import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { sqlState } from '../../../platform/postgres/run-statements.ts';
import type { Role } from '../domain/rights.ts';

export interface Account {
  readonly accountId: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly platformOwner: boolean;
  readonly verifiedAt: Date | null;
  readonly disabledAt: Date | null;
  readonly totpSecret: Buffer | null;
  readonly totpConfirmedAt: Date | null;
  readonly totpLastStep: number;
  /** What its owner reads; null: nobody said. */
  readonly language: Language | null;
  readonly createdAt: Date;
}

export interface Membership {
  readonly organizerId: number;
  readonly slug: string;
  readonly organizerName: string;
  readonly role: Role;
}

const columns = `account_id AS "accountId", email, email_key AS "emailKey", name, password_hash AS "passwordHash",
  platform_owner AS "platformOwner", verified_at AS "verifiedAt", disabled_at AS "disabledAt",
  totp_secret AS "totpSecret", totp_confirmed_at AS "totpConfirmedAt", totp_last_step AS "totpLastStep",
  language, created_at AS "createdAt"`;

export async function findAccountByMail(database: Queryable, emailKey: string): Promise<Account | null> {
  const text = `SELECT ${columns} FROM accounts WHERE email_key = $1`;
  const [row] = await database.query<Account>({ name: 'find-account-by-mail', text }, [emailKey]);
  return row ?? null;
}

export async function findAccount(database: Queryable, accountId: string): Promise<Account | null> {
  const [row] = await database.query<Account>(`SELECT ${columns} FROM accounts WHERE account_id = $1`, [accountId]);
  return row ?? null;
}

/** The account, kept from other changes until the transaction ends: who writes to its history takes this first. */
export async function lockAccount(tx: Queryable, accountId: string): Promise<Account | null> {
  const text = `SELECT ${columns} FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE`;
  const [row] = await tx.query<Account>({ name: 'lock-account', text }, [accountId]);
  return row ?? null;
}

/** Adds an account; false if there is one with this address. */
export async function insertAccount(
  tx: Queryable,
  account: Pick<Account, 'accountId' | 'email' | 'emailKey' | 'name' | 'passwordHash' | 'language'>,
  now: Instant,
): Promise<boolean> {
  const { accountId, email, emailKey, name, passwordHash, language } = account;
  const rows = await tx.query(
    `INSERT INTO accounts (account_id, email, email_key, name, password_hash, language, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $7, $6, $6) ON CONFLICT (email_key) DO NOTHING RETURNING account_id`,
    [accountId, email, emailKey, name, passwordHash, new Date(now), language],
  );
  return rows.length === 1;
}

export async function setPassword(tx: Queryable, accountId: string, passwordHash: string, now: Instant): Promise<void> {
  await tx.query('UPDATE accounts SET password_hash = $2, updated_at = $3 WHERE account_id = $1', [
    accountId,
    passwordHash,
    new Date(now),
  ]);
}

/** The roles of an account with the organisers it belongs to. */
export function readMemberships(database: Queryable, accountId: string): Promise<Membership[]> {
  return database.query<Membership>(
    {
      name: 'read-memberships',
      text: `SELECT organizer_id AS "organizerId", o.slug, o.name AS "organizerName", m.role
        FROM memberships m JOIN organizers o USING (organizer_id) WHERE m.account_id = $1 ORDER BY organizer_id LIMIT 1000`,
    },
    [accountId],
  );
}

/** Notes that the account has proven its address. */
export async function setVerified(tx: Queryable, accountId: string, verifiedAt: Date): Promise<void> {
  await tx.query('UPDATE accounts SET verified_at = $2, updated_at = $2 WHERE account_id = $1', [
    accountId,
    verifiedAt,
  ]);
}

/** Another account has the mail address. */
export class AddressTaken extends Error {}

/** Gives an account another mail address, which it has proven. Throws {@link AddressTaken}; the transaction is over then. */
export async function setMail(
  tx: Queryable,
  accountId: string,
  { email, emailKey, verifiedAt }: { readonly email: string; readonly emailKey: string; readonly verifiedAt: Date },
): Promise<void> {
  try {
    await tx.query(
      'UPDATE accounts SET email = $2, email_key = $3, verified_at = $4, updated_at = $4 WHERE account_id = $1',
      [accountId, email, emailKey, verifiedAt],
    );
  } catch (error) {
    if (sqlState(error) === '23505') throw new AddressTaken('The address has an account', { cause: error });
    throw error;
  }
}

export async function setName(tx: Queryable, accountId: string, name: string | null): Promise<void> {
  await tx.query('UPDATE accounts SET name = $2 WHERE account_id = $1', [accountId, name]);
}

export async function setLanguage(tx: Queryable, accountId: string, language: Language): Promise<void> {
  await tx.query('UPDATE accounts SET language = $2 WHERE account_id = $1', [accountId, language]);
}

/** Locks the account out since a moment, or lets it in again (null). */
export async function setDisabled(tx: Queryable, accountId: string, at: Date | null): Promise<void> {
  await tx.query('UPDATE accounts SET disabled_at = $2 WHERE account_id = $1', [accountId, at]);
}

/** Writes whether the account stands above all organisers. */
export async function setOwnsPlatform(tx: Queryable, accountId: string, isOwner: boolean): Promise<void> {
  await tx.query('UPDATE accounts SET platform_owner = $2 WHERE account_id = $1', [accountId, isOwner]);
}

/** Removes the account with its logins, tokens and roles. */
export async function deleteAccount(tx: Queryable, accountId: string): Promise<void> {
  await tx.query('DELETE FROM accounts WHERE account_id = $1', [accountId]);
}
