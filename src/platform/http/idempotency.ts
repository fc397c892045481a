import { hash } from 'node:crypto';
import { Refused } from './refused.ts';

const keyPattern = /^[\x21-\x7e]{1,200}$/;

function readIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header !== 'string' || !keyPattern.test(header)) throw new Refused({ code: 'IDEMPOTENCY_KEY_INVALID' });
  return header;
}

/**
 * A request's key, from the header or from its alias in the body, and what is asked beside it: the body that is hashed.
 * Throws `IDEMPOTENCY_KEY_INVALID` unless it is 1–200 printable characters, and `IDEMPOTENCY_KEYS_DIFFER`.
 */
export function readKeyed<Body extends { readonly idempotencyKey?: string }>(
  header: string | string[] | undefined,
  body: Body,
): { readonly key: string | null; readonly asked: Omit<Body, 'idempotencyKey'> } {
  const named = readIdempotencyKey(header);
  if (body.idempotencyKey === undefined) return { key: named, asked: body };
  const { idempotencyKey: key, ...asked } = body;
  if (named !== null && named !== key) throw new Refused({ code: 'IDEMPOTENCY_KEYS_DIFFER' });
  return { key, asked };
}

/** What distinguishes one request body from another: a hash of its JSON with sorted keys. */
export function hashRequest(body: unknown): string {
  return hash('sha256', canonical(body), 'base64url');
}

function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(members).sort()) {
    if (members[key] === undefined) continue;
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonical(members[key])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
