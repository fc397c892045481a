import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { keyFor, readCode, toCodeText, toSignedBytes, verifyCode } from './ticket-code.ts';

const pair = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const raw = (key: typeof pair) => new Uint8Array(Buffer.from(key.publicKey.export({ format: 'jwk' }).x!, 'base64url'));
const facts = {
  keyNo: 5,
  eventId: 4_000_000_000,
  issuedAt: Date.UTC(2027, 0, 15, 12, 0, 7),
  ticketId: '0199aaaa-0000-7000-8000-0000000000ff',
};
function codeOf(what: typeof facts, key = pair): string {
  const signed = toSignedBytes(what);
  return toCodeText(signed, sign(null, signed, key.privateKey));
}
const keys = (keyNo: number) => (keyNo === 5 ? raw(pair) : undefined);

describe('the code of a ticket', () => {
  test('is 120 characters, and says after its check what went in', async () => {
    const code = codeOf(facts);
    assert.match(code, /^[\w-]{120}$/);
    assert.deepEqual(await verifyCode(code, keys), { accepted: true, value: facts });
    assert.equal(Buffer.from(code, 'base64url')[0], 0x45, 'version 1, key 5');
  });

  test('reads back whatever fits it', () => {
    const any = fc.record(
      {
        keyNo: fc.integer({ min: 0, max: 63 }),
        eventId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        issuedAt: fc.integer({ min: 0, max: 2 ** 40 - 1 }).map((seconds) => seconds * 1000),
        ticketId: fc.uuid(),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(any, (one) =>
        assert.deepEqual(readCode(toCodeText(toSignedBytes(one), new Uint8Array(64)))?.facts, one),
      ),
    );
  });

  test('is refused when any one of its characters is another', async () => {
    const code = codeOf(facts);
    for (let i = 0; i < code.length; i++) {
      const changed = `${code.slice(0, i)}${code[i] === 'A' ? 'B' : 'A'}${code.slice(i + 1)}`;
      const verified = await verifyCode(changed, () => raw(pair));
      assert(!verified.accepted, `character ${i}`);
    }
  });

  test('is refused with a key that is not ours, that we do not know, and in another form', async () => {
    const codeBy = async (text: string) => {
      const verified = await verifyCode(text, keys);
      return verified.accepted ? 'accepted' : verified.refusal.code;
    };
    assert.equal(await codeBy(codeOf(facts, other)), 'CODE_FORGED');
    assert.equal(await codeBy(codeOf({ ...facts, keyNo: 6 })), 'CODE_KEY_UNKNOWN');
    const code = codeOf(facts);
    const later = `g${code.slice(1)}`;
    for (const text of ['', code.slice(1), `${code}A`, `${code.slice(0, -1)}=`, ` ${code.slice(1)}`, later]) {
      assert.equal(await codeBy(text), 'CODE_UNREADABLE', text);
    }
  });

  test('is signed by the key of its time, or by the first where those of its time are gone', () => {
    const list = [{ signsFrom: 100 }, { signsFrom: 200 }];
    assert.deepEqual(
      [50, 100, 199, 200, 900].map((at) => keyFor(list, at).signsFrom),
      [100, 100, 100, 200, 200],
    );
  });
});
