import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { CommandContext } from '../../../kernel/context.ts';
import { randomClearText } from '../../../kernel/ids.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { replaceKey, type SigningKeyRow } from '../store/signing-keys.ts';

export const accessTokenAlgorithm = 'ES256';

/** A fresh pair of P-256 keys. */
export async function makeSigningKey(): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(accessTokenAlgorithm, { extractable: true });
  const kid = randomClearText(12);
  const named = (jwk: JWK): JWK => ({ ...jwk, kid, alg: accessTokenAlgorithm, use: 'sig' });
  return { kid, publicJwk: named(await exportJWK(publicKey)), privateJwk: named(await exportJWK(privateKey)) };
}

/**
 * Puts a fresh key into use and answers its id. Tokens signed with the one before stay good until they expire: nobody is
 * logged out. Running servers sign with the new key within seconds and know it at its first use.
 */
export async function rotateKeys(bypassingRls: Transacting, context: CommandContext): Promise<string> {
  const key = await makeSigningKey();
  await bypassingRls.transaction(async (tx) => {
    await replaceKey(tx, key, context.now);
    await appendEvents(tx, [{ stream: 'signing-keys', type: 'SigningKeyRotated', data: { kid: key.kid } }], context);
  });
  return key.kid;
}
