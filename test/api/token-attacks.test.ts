import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { createInternalTokens, rotateKeys } from '../../src/features/identity/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp, testStart } from '../support/app.ts';
import { needs } from '../support/needs.ts';

type Json = Record<string, unknown>;
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString());
const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens that somebody made or bent', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  let member: Awaited<ReturnType<ReturnType<typeof accountDesk>['member']>>;
  let header: Json;
  let claims: Json;
  let signature: string;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
    member = await accounts.member('ann@attacks.test');
    const [head, body, sign] = member.accessToken.split('.') as [string, string, string];
    header = decode(head);
    claims = decode(body);
    signature = sign;
  });

  async function refused(accessToken: string, code = 'TOKEN_INVALID'): Promise<void> {
    const answer = await accounts.me({ accessToken });
    assert.deepEqual([answer.status, answer.body.code], [401, code], accessToken.slice(0, 300));
    assert.match(String(answer.headers['www-authenticate']), /^Bearer realm="onsale", error="invalid_token"$/);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    // Nor is it anybody on a route for everybody.
    const open = await accounts.send('GET', '/api/events', undefined, { authorization: `Bearer ${accessToken}` });
    assert.equal(open.status, 401);
  }

  /** Signed by a key of the attacker. */
  async function forge(more: Json, heads: Json = {}): Promise<string> {
    const { privateKey } = await generateKeyPair('ES256');
    return new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...heads } as never).sign(privateKey);
  }

  /** Signed by our own key: what it says is all that is wrong with it. */
  async function misissue(more: Json, heads: Json = {}): Promise<string> {
    const [row] = await desk.database.query<{ jwk: never }>(
      'SELECT private_jwk AS jwk FROM signing_keys WHERE retired_at IS NULL',
    );
    const { importJWK } = await import('jose');
    const key = await importJWK(row!.jwk, 'ES256');
    const payload = Object.fromEntries(
      Object.entries({ ...claims, ...more }).filter(([, value]) => value !== undefined),
    );
    const protectedHeader = Object.fromEntries(
      Object.entries({ ...header, ...heads }).filter(([, value]) => value !== undefined),
    );
    return new SignJWT(payload).setProtectedHeader(protectedHeader as never).sign(key);
  }

  test('what we issue says who, for whom, until when and by which key, and nothing personal', async () => {
    const { kid, ...fixed } = header;
    assert.deepEqual(fixed, { alg: 'ES256', typ: 'at+jwt' });
    const { sub, sid, iat, exp, iss, ...rest } = claims;
    // Named by its public address where it has one.
    if (iss !== 'onsale') assert.equal(iss, await desk.address());
    assert.deepEqual(rest, { aud: 'onsale', amr: ['pwd'], email_verified: true });
    assert.deepEqual([sub, sid, Number(exp) - Number(iat)], [member.accountId, member.sessionId, 900]);
    assert.equal(typeof kid, 'string');
  });

  test('no algorithm', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const body = encode(claims);
      await refused(`${encode({ ...header, alg })}.${body}.`);
      await refused(`${encode({ ...header, alg })}.${body}.${signature}`);
    }
  });

  test('our public key taken for the secret of an HMAC', async () => {
    const { body } = await accounts.send('GET', '/.well-known/jwks.json');
    const jwk = body.keys[0];
    const spellings = [
      JSON.stringify(jwk),
      jwk.x,
      jwk.y,
      Buffer.from(jwk.x, 'base64url'),
      JSON.stringify({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }),
    ];
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const signed = `${encode({ ...header, alg })}.${encode(claims)}`;
      for (const secret of spellings) {
        const mac = createHmac(`sha${alg.slice(2)}`, secret)
          .update(signed)
          .digest('base64url');
        await refused(`${signed}.${mac}`);
      }
    }
  });

  test('a key of somebody else, under our key id, another, a path or none; in the header itself or at its address', async () => {
    await refused(await forge({}));
    for (const kid of ['unknown', '../../../dev/null', "' OR 1=1 --", '', 'x'.repeat(500)]) {
      await refused(await forge({}, { kid }));
    }
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const { exportJWK } = await import('jose');
    const jwk = await exportJWK(publicKey);
    for (const heads of [
      { jwk },
      { jwk, kid: undefined },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/x' },
    ]) {
      await refused(await new SignJWT(claims).setProtectedHeader({ ...header, ...heads } as never).sign(privateKey));
    }
  });

  test('another audience, issuer, type or algorithm, though signed by our own key', needs('database'), async () => {
    assert.equal((await accounts.me({ accessToken: await misissue({}) })).status, 200, 'the forger’s tools work');
    await refused(await misissue({ aud: 'somebody-else' }));
    await refused(await misissue({ aud: undefined }));
    await refused(await misissue({ iss: 'https://evil.example' }));
    for (const typ of ['JWT', 'internal+jwt', 'refresh+jwt', undefined]) await refused(await misissue({}, { typ }));
    await refused(await misissue({}, { kid: undefined }));
    await refused(await misissue({ sub: undefined }));
    await refused(await misissue({ sid: undefined }));
    await refused(await misissue({ exp: undefined }));
    await refused(await misissue({ sub: "x' OR 1=1" }));
    await refused(await misissue({ nbf: testStart / 1000 + 3600 }));
    await refused(await misissue({}, { crit: ['b64'], b64: false }).catch(() => 'eyJ.e30.e30'));
  });

  test('bent, cut and swapped parts', async () => {
    const [head, body] = member.accessToken.split('.') as [string, string];
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    await refused(`${head}.${body}.${flipped}`);
    await refused(`${head}.${body}.`);
    await refused(`${head}.${encode({ ...claims, staff: true })}.${signature}`);
    await refused(`${head}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}`);
    for (const token of ['..', 'a.b.c', `${head}.${body}.${signature}.x`, `${head}.${body}`]) {
      const answer = await accounts.me({ accessToken: token });
      assert.equal(answer.status, 401, token);
    }
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a b',
      `Bearer ${'x'.repeat(3000)}`,
      'Bearer \u00e4',
    ]) {
      const answer = await accounts.send('GET', '/api/auth/me', undefined, { authorization });
      assert.equal(answer.status, 401, authorization.slice(0, 20));
    }
  });

  test('a refresh token, a guest session or a mail’s token as an access token', async () => {
    const { refreshToken } = (await accounts.login(member.email, member.password)).body;
    const guest = (await accounts.send('POST', '/api/auth/guest')).body.sessionToken;
    for (const token of [refreshToken, guest]) await refused(token, 'KEY_UNKNOWN');
  });

  test('a token of the inside, from outside', needs('process'), async () => {
    const { read, issue } = createInternalTokens(Buffer.from('q7Jm2vXb9Ld4Rk8TzWc5Yn1Hs6Pf3GaE'));
    const token = issue('booking', testStart);
    assert.equal(read(token, testStart), 'booking');
    await refused(token);
    await refused(desk.core.slices.identity.internalTokens.issue('booking', testStart));
    // The inside takes none from outside either, nor one that has run out, nor another secret's.
    for (const other of [member.accessToken, '', 'a.b.c', `${token}x`, token.slice(0, -1)]) {
      assert.equal(read(other, testStart), null);
    }
    assert.equal(read(token, testStart + 60_000), null);
    assert.equal(createInternalTokens(Buffer.from('another')).read(token, testStart), null);
  });

  test('one that has expired, be it known or not', needs('clock'), async () => {
    const fresh = (await accounts.login(member.email, member.password)).body;
    assert.equal((await accounts.me(fresh)).status, 200);
    desk.clock.advance(15 * 60_000);
    await refused(fresh.accessToken, 'TOKEN_EXPIRED');
    await refused(member.accessToken, 'TOKEN_EXPIRED');
    const answer = await accounts.send(
      'POST',
      '/api/auth/login',
      { email: member.email, password: member.password },
      accounts.bearer(fresh),
    );
    assert.equal(answer.status, 200, 'whoever logs in anew may still carry the old one');
  });

  test(
    'keys are rotated without logging anyone out, and the public list shows no private half',
    needs('clock', 'database', 'process'),
    async () => {
      const before = (await accounts.login(member.email, member.password)).body;
      const context = { actor: 'system', correlationId: 'test', now: desk.clock.now(), organizerId: 1 };
      const kid = await rotateKeys(desk.database, context);
      desk.clock.advance(5_000);
      const after = (await accounts.login(member.email, member.password)).body;
      assert.equal(decode(after.accessToken.split('.')[0]).kid, kid);
      const elsewhere = accountDesk(await startTestApp({ database: desk.database }));
      for (const { accessToken } of [before, after]) assert.equal((await accounts.me({ accessToken })).status, 200);
      assert.equal((await elsewhere.send('GET', '/.well-known/jwks.json')).status, 200);
      const { body } = await accounts.send('GET', '/.well-known/jwks.json');
      assert.equal(body.keys.length, 2);
      for (const key of body.keys) {
        assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      }
      const rows = await desk.database.query('SELECT 1 FROM signing_keys WHERE private_jwk IS NOT NULL');
      assert.equal(rows.length, 1, 'the private half of the old key is gone');
    },
  );
});
