import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailSpelling } from '../../kernel/mail-spelling.ts';
import { spellingsOf } from './spellings.ts';

const spellings = {
  'hannes.m\u00f6ller@k\u00e4se.example': 'hannes.m\u00f6ller@xn--kse-qla.example',
  'Hannes.Mo\u0308ller@K\u00c4SE.example': 'hannes.m\u00f6ller@xn--kse-qla.example',
  'HANNES.M\u00d6LLER@xn--kse-qla.example': 'hannes.m\u00f6ller@xn--kse-qla.example',
  'hannes.m\u00f6ller@XN--KSE-QLA.example.': 'hannes.m\u00f6ller@xn--kse-qla.example',
  'Ana+Tickets@Example.ORG': 'ana+tickets@example.org',
  'ana@example.org': 'ana@example.org',
  'ana@\uff45xample.org': 'ana@example.org',
  'a.n.a@example.org': 'a.n.a@example.org',
};

test('all spellings of an address come out as one, different mailboxes as different ones', () => {
  for (const [address, spelling] of Object.entries(spellings)) assert.equal(mailSpelling(address), spelling, address);
});

test('an address is looked for in every spelling', () => {
  const typed = Object.keys(spellings).slice(0, 4);
  for (const address of typed) {
    const found = spellingsOf(address);
    assert.equal(found[0], 'hannes.m\u00f6ller@xn--kse-qla.example');
    for (const other of typed) {
      const lower = other.toLowerCase().replace(/\.$/, '');
      assert.ok(found.includes(lower), `${address} finds ${lower}`);
    }
  }
  assert.deepEqual(spellingsOf('ana@example.org'), ['ana@example.org']);
});
