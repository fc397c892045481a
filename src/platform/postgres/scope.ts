import type pg from 'pg';
import { onConnection, run } from './run-statements.ts';

/**
 * As whom the database is asked: what row-level security lets through (migration 0009). A command's context is a scope:
 * its organiser's rows and nothing else.
 */
export type Scope = TenantScope | SaleScope | { readonly organizerId: number };

/** A batch of purchases: the rows of its organisers, and only what a purchase writes (migration 0025). */
export interface SaleScope {
  readonly sellers: readonly number[];
}

export interface TenantScope {
  /** Organisers whose rows may be seen and changed; several for a batch of commands. */
  readonly organizers: readonly number[];
  /** A buyer, whose own bookings may be seen: the guest session, `account:<id>`, or both. */
  readonly customers?: readonly string[];
  /** Whether what any organiser has announced may be seen too. */
  readonly catalogue?: boolean;
}

/** Anybody: what has been announced, and nothing else. */
export const everybody: TenantScope = { organizers: [], catalogue: true };

/**
 * Somebody who looks around: what has been announced, and, where they are staff of an organiser (null: they are not) or
 * have bought something, that too.
 */
export function viewing(organizerId: number | null, customers: readonly string[] = []): TenantScope {
  return { organizers: organizerId === null ? [] : [organizerId], customers, catalogue: true };
}

/** The role that requests run as; see migration 0009. */
export const requestRole = 'onsale_request';
/** The role that batches of purchases are written as; see migration 0025. */
export const saleRole = 'onsale_sale';

/**
 * One statement text that begins a transaction in a scope: a single round trip. `role` is null where the connecting role
 * stays (it may not become another; the same policies hold it).
 */
export function beginText(scope: Exclude<Scope, SaleScope>, role: string | null): string {
  const { organizers, customers = [], catalogue = false } = 'organizers' in scope ? scope : only(scope.organizerId);
  const settings = [
    `set_config('app.organizers', '{${organizers.map(checkOrganizer).join(',')}}', true)`,
    `set_config('app.user', '{${customers.map(checkCustomer).join(',')}}', true)`,
    `set_config('app.catalogue', '${catalogue ? 'on' : 'off'}', true)`,
  ];
  if (role !== null) settings.push(`set_config('role', '${role}', true)`);
  return `BEGIN; SELECT ${settings.join(', ')}`;
}

/** What puts a connection into the scope of a sale: `isLocal` for this transaction, else for good, or until the transaction around it fails. */
export function sellingText({ sellers }: SaleScope, role: string | null, isLocal: boolean): string {
  const settings = [`set_config('app.organizers', '{${sellers.map(checkOrganizer).join(',')}}', ${isLocal})`];
  if (role !== null) settings.push(`set_config('role', '${role}', ${isLocal})`);
  return `SELECT ${settings.join(', ')}`;
}

function only(organizerId: number): TenantScope {
  return { organizers: [organizerId] };
}

function checkOrganizer(id: number): number {
  if (!Number.isInteger(id) || id < 0) throw new Error(`There is no organiser ${id}`);
  return id;
}

/** Sessions are base64url and accounts uuids: whatever else comes here is a fault of ours, and never SQL. */
function checkCustomer(customer: string): string {
  if (!/^[\w:-]{1,100}$/.test(customer)) throw new Error('This is no customer');
  return customer;
}

/** Answers, and remembers, a role if the connecting one may become it, else null. */
export function findingRole(pool: pg.Pool, name: string): () => Promise<string | null> {
  let role: Promise<string | null> | undefined;
  return () => {
    role ??= findRole(pool, name);
    role.catch(() => {
      role = undefined;
    });
    return role;
  };
}

async function findRole(pool: pg.Pool, name: string): Promise<string | null> {
  const text = `SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) AS usable
     FROM pg_roles WHERE rolname = $1`;
  const rows = await onConnection(pool, (client) => run<{ usable: boolean }>(client, text, [name]));
  return rows[0]?.usable ? name : null;
}
