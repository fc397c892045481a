import { hash } from 'node:crypto';
import { Refused } from './problem.ts';

const keyPattern = /^[\x21-\x7e]{1,200}$/;

/** The request's `Idempotency-Key`, or null. Throws `IDEMPOTENCY_KEY_INVALID` unless it is 1–200 printable characters. */
export function readIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header !== 'string' || !keyPattern.test(header)) throw new Refused({ code: 'IDEMPOTENCY_KEY_INVALID' });
  return header;
}

/** What tells one request body from another: a hash of its JSON with sorted keys. */
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
