import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AttemptEnd } from '../../../kernel/attempt-limits.ts';
import { AttemptTallies, type TalliedAttempt } from '../../../kernel/attempt-tallies.ts';
import { declineLimits, type Payer } from './decline-limits.ts';

const payer = (more: Partial<Payer> = {}): Payer => ({ session: 's1', network: '192.0.2.1', card: 'c1', ...more });

function countCharges() {
  const tallies = new AttemptTallies(declineLimits);
  const begin = (who: Payer, at: number) => tallies.begin(who, at);
  function end(who: Payer, at: number, how: AttemptEnd) {
    const begun = begin(who, at);
    assert(begun.allowed);
    begun.end(how, at);
  }
  return {
    begin,
    declined: (who: Payer, at: number) => end(who, at, 'failed'),
    paid: (who: Payer, at: number) => end(who, at, 'right'),
    /** In seconds; null if it may try. */
    waits(who: Payer, at: number): number | null {
      const begun = begin(who, at);
      if (begun.allowed) begun.end('neither', at);
      return begun.allowed ? null : begun.retryAfterSeconds;
    },
  };
}

describe('declined cards', () => {
  test('of one session are borne up to a limit, and again when its window is over', () => {
    const limits = countCharges();
    const { max, windowMs } = declineLimits.session;
    for (let i = 0; i < max; i++) {
      assert.equal(limits.waits(payer({ card: null }), 0), null);
      limits.declined(payer({ card: null }), 0);
    }
    assert.equal(limits.waits(payer({ card: null }), 0), windowMs / 1000);
    assert.equal(limits.waits(payer({ card: null }), windowMs - 1), 1);
    assert.equal(limits.waits(payer({ card: null }), windowMs), null);
  });

  test('of one card are counted over all sessions and networks', () => {
    const limits = countCharges();
    for (let i = 0; i < declineLimits.card.max; i++) {
      limits.declined(payer({ session: `s${i}`, network: `192.0.2.${i}` }), 0);
    }
    assert.ok(limits.waits(payer({ session: 'new', network: '198.51.100.1' }), 1));
    assert.equal(limits.waits(payer({ session: 'new', network: '198.51.100.1', card: 'c2' }), 1), null);
  });

  test('attempts under way count for session and card until they have ended', () => {
    for (const many of [
      { session: 's1', card: null },
      { session: null, card: 'c1' },
    ] as const) {
      const limits = countCharges();
      const kind = many.card === null ? 'session' : 'card';
      const underWay: TalliedAttempt[] = [];
      for (let begun = limits.begin(payer(many), 0); begun.allowed; begun = limits.begin(payer(many), 0)) {
        underWay.push(begun);
      }
      assert.equal(underWay.length, declineLimits[kind].max);
      assert.equal(limits.waits(payer({ session: 's2', card: 'c2' }), 0), null, 'nobody else waits');
      for (const one of underWay) one.end('neither', 0);
      assert.equal(limits.waits(payer(many), 0), null);
    }
  });

  test('behind one network a crowd in which most can pay is never stopped', () => {
    const limits = countCharges();
    for (let i = 0; i < 5_000; i++) {
      const buyer = payer({ session: `s${i}`, card: `c${i}` });
      assert.equal(limits.waits(buyer, i), null);
      if (i % 5 === 0) limits.declined(buyer, i);
      else limits.paid(buyer, i);
    }
  });

  test('a script with a list of cards and a new session for each is stopped at its network', () => {
    const limits = countCharges();
    let tried = 0;
    while (limits.waits(payer({ session: `s${tried}`, card: `c${tried}` }), tried) === null) {
      limits.declined(payer({ session: `s${tried}`, card: `c${tried}` }), tried);
      tried += 1;
    }
    assert.equal(tried, declineLimits.network.max);
  });

  test('a flood of stolen cards from elsewhere has no network forgotten that was counted', () => {
    const limits = countCharges();
    const mine = payer({ session: null, card: null });
    for (let i = 0; i < declineLimits.network.max; i++) limits.declined(mine, 0);
    for (let i = 0; i < 60_000; i++) {
      limits.begin({ session: `s${i}`, card: `c${i}`, network: `198.51.${i % 250}.${i % 90}` }, 1);
    }
    assert.ok(limits.waits(mine, 2));
  });
});
