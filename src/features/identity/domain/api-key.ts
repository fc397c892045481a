import { createHash } from 'node:crypto';

/** Keys are 192 random bits, so a plain hash is enough: there is nothing to guess. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
