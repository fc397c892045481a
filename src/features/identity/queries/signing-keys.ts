import { importJWK, type JWK } from 'jose';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { accessTokenAlgorithm, makeSigningKey } from '../commands/rotate-keys.ts';
import { insertFirstKey, readKeys, type SigningKeyRow } from '../store/signing-keys.ts';

/** A rotation is followed within this time. */
const rereadMs = 5_000;
/** Tokens with made-up key ids may not have us ask PostgreSQL more often than this. */
const unknownKeyMs = 1_000;

type Key = Awaited<ReturnType<typeof importJWK>>;

export interface SigningKeys {
  /** The key to sign with now. Makes the first one of an installation. */
  current(): Promise<{ readonly kid: string; readonly key: Key }>;
  /** The public key of that id; undefined if none of ours has it. */
  publicKey(kid: string): Promise<Key | undefined>;
  /** What `/.well-known/jwks.json` shows: public halves only. */
  publicJwks(): Promise<readonly JWK[]>;
}

/** The signing keys in PostgreSQL, read again every few seconds and when a token names one that is not known yet. */
export function createSigningKeys({ bypassingRls, clock }: { bypassingRls: Queryable; clock: Clock }): SigningKeys {
  let rows: readonly SigningKeyRow[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const imported = new Map<string, Key>();

  function read(olderThanMs: number): Promise<void> | undefined {
    if (clock.measure() - readAt < olderThanMs) return reading;
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function load(): Promise<void> {
    let found = await readKeys(bypassingRls, clock.now());
    if (!found.some((row) => row.privateJwk)) {
      await insertFirstKey(bypassingRls, await makeSigningKey(), clock.now());
      found = await readKeys(bypassingRls, clock.now());
    }
    rows = found;
    readAt = clock.measure();
  }

  async function toKey(id: string, jwk: JWK): Promise<Key> {
    const known = imported.get(id) ?? (await importJWK(jwk, accessTokenAlgorithm));
    if (imported.size > 100) imported.clear();
    imported.set(id, known);
    return known;
  }

  return {
    async current() {
      await read(rereadMs);
      const row = rows.find(({ privateJwk }) => privateJwk)!;
      return { kid: row.kid, key: await toKey(`private ${row.kid}`, row.privateJwk!) };
    },
    async publicKey(kid) {
      if (!rows.some((row) => row.kid === kid)) await read(unknownKeyMs);
      const row = rows.find((row) => row.kid === kid);
      return row && toKey(kid, row.publicJwk);
    },
    async publicJwks() {
      // Who asks has just met a key id that is new to them.
      await read(unknownKeyMs);
      return rows.map(({ publicJwk }) => publicJwk);
    },
  };
}
