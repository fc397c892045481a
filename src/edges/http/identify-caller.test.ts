import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Identified } from '../../features/identity/index.ts';
import { accept, refuse } from '../../kernel/decision.ts';
import type { Caller } from '../../platform/http/request.ts';
import { type Credentials, createIdentifyCaller, type Demand, IdentifiedCaller } from './identify-caller.ts';

const ann: Caller = {
  kind: 'account',
  accountId: 'ann',
  loginId: 'l1',
  hasProvenMail: true,
  organizerId: null,
  rights: [],
};
const clerk: Caller = { kind: 'key', apiKeyId: 'k1', organizerId: 7, scopes: ['tickets'] };
const asked: [string, string | undefined][] = [];

function identify(bearer: string, organizer: string | undefined): Identified | Promise<Identified> {
  asked.push([bearer, organizer]);
  if (bearer === 'ann') return accept(ann);
  if (bearer === 'clerk') return accept(clerk);
  if (bearer === 'new') return Promise.resolve(accept(ann));
  if (bearer === 'down') return Promise.reject(new Error('no database'));
  return refuse({ code: 'KEY_UNKNOWN' });
}

const identifyCaller = createIdentifyCaller({
  identify,
  sessionTokens: {
    issue: () => ({ token: 'token-of-s2', sessionId: 's2' }),
    read: (token: string) => (token === 'token-of-s1' ? 's1' : null),
  } as never,
  ownOrigins: new Set(['https://tickets.example']),
  isHttps: false,
});

const look: Demand = { access: 'public', isUnsafe: false };
const change: Demand = { access: 'public', isUnsafe: true };

function now(credentials: Credentials, demand: Demand = look): IdentifiedCaller {
  const identified = identifyCaller(credentials, demand);
  assert(identified instanceof IdentifiedCaller, 'nobody waits for what is known');
  return identified;
}
const codeOf = (credentials: Credentials, demand: Demand) => now(credentials, demand).refusal?.code;

describe('who calls, without a server', () => {
  test('somebody without anything is anybody, and owns nothing', () => {
    const { caller, sessionId, owner, refusal } = now({});
    assert.deepEqual([caller, sessionId, owner, refusal], [{ kind: 'public' }, null, [], null]);
  });

  test('a guest is known by the token or the cookie, and the token goes first', () => {
    assert.equal(now({ 'x-session-token': 'token-of-s1' }).owner, 's1');
    assert.equal(now({ cookie: 'a=b; onsale_session=token-of-s1' }).owner, 's1');
    assert.deepEqual(now({ 'x-session-token': 'forged', cookie: 'onsale_session=token-of-s1' }).owner, []);
    assert.deepEqual(
      now({ cookie: '__Host-onsale_session=token-of-s1' }).owner,
      [],
      'under http the plain name counts',
    );
  });

  test('an account that brings its guest session owns what both own', () => {
    const { caller, owner } = now({ authorization: 'Bearer ann', 'x-session-token': 'token-of-s1' });
    assert.deepEqual([caller, owner], [ann, ['s1', 'account:ann']]);
  });

  test('an API key acts for the organiser that the demand names, else for the one of X-Organizer', () => {
    asked.length = 0;
    now({ authorization: 'bearer clerk', 'x-organizer': 'opera' });
    now({ authorization: 'Bearer clerk', 'x-organizer': 'opera' }, { ...look, access: 'tickets', organizer: 'club' });
    assert.deepEqual(asked, [
      ['clerk', 'opera'],
      ['clerk', 'club'],
    ]);
    for (const organizer of ['No Slug', ['a', 'b']]) {
      assert.equal(codeOf({ authorization: 'Bearer clerk', 'x-organizer': organizer }, look), 'ORGANIZER_NOT_FOUND');
    }
  });

  test('whoever lacks what the demand takes is refused, and known', () => {
    const refused = now({ authorization: 'Bearer clerk' }, { ...look, access: 'payments' });
    assert.deepEqual([refused.caller, refused.refusal], [clerk, { code: 'SCOPE_MISSING', scope: 'payments' }]);
    assert.equal(codeOf({ authorization: 'Bearer clerk' }, { ...look, access: 'tickets' }), undefined);
    assert.equal(codeOf({ authorization: 'Bearer clerk' }, { ...look, access: 'account' }), 'ACCOUNT_NEEDED');
    assert.equal(codeOf({}, { ...look, access: 'account' }), 'LOGIN_NEEDED');
    assert.equal(codeOf({}, { ...look, access: 'tickets' }), 'KEY_MISSING');
  });

  test('a wrong bearer is refused, but where it does not matter', () => {
    for (const [authorization, code] of [
      ['Bearer wrong', 'KEY_UNKNOWN'],
      ['Basic YTpi', 'TOKEN_INVALID'],
    ] as const) {
      assert.equal(codeOf({ authorization }, look), code);
      assert.equal(codeOf({ authorization }, { ...look, badBearer: 'ignored' }), undefined);
    }
  });

  test('a foreign page does nothing by a cookie', () => {
    const cookie = 'onsale_session=token-of-s1';
    const host = 'shop.example';
    assert.equal(codeOf({ cookie, host, origin: 'https://evil.example' }, change), 'ORIGIN_FOREIGN');
    assert.equal(codeOf({ cookie, host, origin: 'null' }, change), 'ORIGIN_FOREIGN');
    assert.equal(codeOf({ cookie, host, 'sec-fetch-site': 'same-site' }, change), 'ORIGIN_FOREIGN');
    assert.equal(codeOf({ cookie, host, origin: 'https://evil.example' }, look), undefined);
    for (const origin of ['https://shop.example', 'https://tickets.example']) {
      assert.equal(codeOf({ cookie, host, origin }, change), undefined);
    }
    assert.equal(codeOf({ cookie, host }, change), undefined);
    assert.equal(codeOf({ cookie: 'onsale_refresh=any', host }, change), 'ORIGIN_FOREIGN');
  });

  test('whoever is not known yet is waited for', async () => {
    const identified = identifyCaller({ authorization: 'Bearer new' }, { ...look, access: 'account' });
    assert('then' in identified);
    assert.deepEqual([(await identified).caller, (await identified).refusal], [ann, null]);
    await assert.rejects(async () => identifyCaller({ authorization: 'Bearer down' }, look), /no database/);
  });
});
