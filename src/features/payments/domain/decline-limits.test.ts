import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDeclineLimits, declineLimits, notePaid, type Payer } from './decline-limits.ts';

const payer = (more: Partial<Payer> = {}): Payer => ({ session: 's1', network: '192.0.2.1', card: 'c1', ...more });

describe('declined cards', () => {
  test('of one session are borne up to a limit, and again when its window is over', () => {
    const limits = createDeclineLimits();
    const { max, windowMs } = declineLimits.session;
    for (let i = 0; i < max; i++) {
      assert.equal(limits.waitUntil(payer({ card: null }), 0), null);
      limits.failed(payer({ card: null }), 0);
    }
    assert.equal(limits.waitUntil(payer({ card: null }), windowMs - 1), windowMs);
    assert.equal(limits.waitUntil(payer({ card: null }), windowMs), null);
  });

  test('of one card are counted over all sessions and networks', () => {
    const limits = createDeclineLimits();
    for (let i = 0; i < declineLimits.card.max; i++) {
      limits.failed(payer({ session: `s${i}`, network: `192.0.2.${i}` }), 0);
    }
    assert.ok(limits.waitUntil(payer({ session: 'new', network: '198.51.100.1' }), 1));
    assert.equal(limits.waitUntil(payer({ session: 'new', network: '198.51.100.1', card: 'c2' }), 1), null);
  });

  test('attempts under way count for session and card until they have ended', () => {
    for (const many of [
      { session: 's1', card: null },
      { session: null, card: 'c1' },
    ] as const) {
      const limits = createDeclineLimits();
      const kind = many.card === null ? 'session' : 'card';
      const ends: (() => void)[] = [];
      while (limits.waitUntil(payer(many), 0) === null) ends.push(limits.begin(payer(many)));
      assert.equal(ends.length, declineLimits[kind].max);
      assert.equal(limits.waitUntil(payer({ session: 's2', card: 'c2' }), 0), null, 'nobody else waits');
      for (const end of ends) end();
      assert.equal(limits.waitUntil(payer(many), 0), null);
    }
  });

  test('behind one network a crowd in which most can pay is never stopped', () => {
    const limits = createDeclineLimits();
    for (let i = 0; i < 5_000; i++) {
      const buyer = payer({ session: `s${i}`, card: `c${i}` });
      assert.equal(limits.waitUntil(buyer, i), null);
      if (i % 5 === 0) limits.failed(buyer, i);
      else notePaid(limits, buyer, i);
    }
  });

  test('a script with a list of cards and a new session for each is stopped at its network', () => {
    const limits = createDeclineLimits();
    let tried = 0;
    while (limits.waitUntil(payer({ session: `s${tried}`, card: `c${tried}` }), tried) === null) {
      limits.failed(payer({ session: `s${tried}`, card: `c${tried}` }), tried);
      tried += 1;
    }
    assert.equal(tried, declineLimits.network.max);
  });

  test('a flood of stolen cards from elsewhere has no network forgotten that was counted', () => {
    const limits = createDeclineLimits();
    const mine = payer({ session: null, card: null });
    for (let i = 0; i < declineLimits.network.max; i++) limits.failed(mine, 0);
    for (let i = 0; i < 60_000; i++) limits.failed({ session: `s${i}`, card: `c${i}`, network: '198.51.100.7' }, 1);
    assert.ok(limits.waitUntil(mine, 2));
  });
});
