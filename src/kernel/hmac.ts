import { hash } from 'node:crypto';

/** A hash function by the name OpenSSL knows it by, with the sizes that HMAC needs. */
interface HashFunction {
  readonly name: string;
  readonly blockBytes: number;
  readonly digestBytes: number;
}

const sha256: HashFunction = { name: 'sha256', blockBytes: 64, digestBytes: 32 };
const sha512: HashFunction = { name: 'sha512', blockBytes: 128, digestBytes: 64 };
/** Texts of at most this many bytes are copied to where the secret stands already. */
const textBytesMax = 256;

/**
 * HMAC (RFC 2104) of a text under a fixed secret of at most one block. Made of two one-shot hashes: `createHmac` makes an
 * object with native memory per call, which cost 24 µs under load where this costs 3. Both buffers are used again and again,
 * and the inner digest passes as text: making a Buffer costs as much as hashing.
 */
function createHmac(
  { name, blockBytes, digestBytes }: HashFunction,
  secret: Uint8Array,
  encoding: 'base64url' | 'hex',
): (text: string) => string {
  if (secret.length > blockBytes) throw new RangeError('The secret is longer than a block');
  const inner = Buffer.alloc(blockBytes + textBytesMax, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
  for (const [i, byte] of secret.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return (text) => {
    const isShort = text.length * 3 <= textBytesMax;
    const input = isShort
      ? inner.subarray(0, blockBytes + inner.write(text, blockBytes))
      : Buffer.concat([inner.subarray(0, blockBytes), Buffer.from(text)]);
    outer.write(hash(name, input, 'latin1'), blockBytes, 'latin1');
    return hash(name, outer, encoding);
  };
}

/** HMAC-SHA256, as base64url. */
export function createHmacSha256(secret: Uint8Array): (text: string) => string {
  return createHmac(sha256, secret, 'base64url');
}

/** HMAC-SHA512, hexadecimal. */
export function createHmacSha512(secret: Uint8Array): (text: string) => string {
  return createHmac(sha512, secret, 'hex');
}
