import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PurchaseAnswer } from '../../src/contract/booking.ts';
import { ApiProblem, NoAnswer, type ProblemBody } from '../api/problem.ts';
import { type Attempt, idle, nextPayment, type Payment, type PaymentEvent } from './payment.ts';

const attempt: Attempt = { key: 'k1', body: { reservationId: 'RES_1' } };
const paid = { success: true, status: 'completed' } as PurchaseAnswer;
const open = { success: false, status: 'awaiting_payment' } as PurchaseAnswer;
const challenge = { ...open, action: { type: 'redirect', url: '/bank', clientSecret: null } } as PurchaseAnswer;
const problem = (code: string, status: number, retryAfter?: number) =>
  new ApiProblem({ code, status, title: code, traceId: 't' } as ProblemBody, retryAfter);
const play = (...events: PaymentEvent[]): Payment => events.reduce(nextPayment, idle);
const pressed: PaymentEvent = { type: 'pressed', attempt };
const failed = (error: unknown): PaymentEvent => ({ type: 'failed', error });
const answered = (answer: PurchaseAnswer): PaymentEvent => ({ type: 'answered', answer });

test('a second press is ignored: one press is one charge', () => {
  const other: Attempt = { key: 'k2', body: { reservationId: 'RES_1' } };
  const now = play(pressed, { type: 'pressed', attempt: other });
  assert.equal(now.phase === 'asking' && now.attempt.key, 'k1');
});

test('paid at once is done, without doubt', () => {
  assert.deepEqual(play(pressed, answered(paid)), { phase: 'done', answer: paid, wasInDoubt: false });
});

test('no answer is asked for again after 1, 2, 4, 8 and 8 seconds, with the same key', () => {
  let now = play(pressed);
  for (const expected of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    now = nextPayment(now, failed(new NoAnswer()));
    assert.ok(now.phase === 'asking' && now.doubt === 'network' && now.attempt.key === 'k1');
    assert.equal(now.waitMs, expected);
    now = nextPayment(now, { type: 'waited' });
    assert.equal(now.phase === 'asking' && now.waitMs, null);
  }
  assert.deepEqual(nextPayment(now, answered(paid)), { phase: 'done', answer: paid, wasInDoubt: true });
});

test('a declined card ends the attempt, and a new press begins another', () => {
  const error = problem('PAYMENT_DECLINED', 402);
  const now = play(pressed, failed(error));
  assert.deepEqual(now, { phase: 'idle', error });
  assert.equal(nextPayment(now, { type: 'pressed', attempt: { ...attempt, key: 'k2' } }).phase, 'asking');
});

test('who comes back from the bank unconfirmed is asked about again; the first time the bank comes first', () => {
  const first = play(pressed, answered(challenge));
  assert.ok(first.phase === 'bank' && !first.isBack && first.waitMs === null);
  const back = play({ type: 'restored', attempt: { ...attempt, isAtBank: true } }, answered(challenge));
  assert.ok(back.phase === 'bank' && back.isBack && back.waitMs === 1_000);
  assert.equal(nextPayment(back, answered(paid)).phase, 'done');
  assert.equal(nextPayment(back, failed(problem('PAYMENT_DECLINED', 402))).phase, 'idle');
  assert.equal(nextPayment(back, failed(new NoAnswer())).phase, 'bank');
});

test('a server that fails is asked five times, then only by hand; a provider that is down ends it at once', () => {
  let now = play(pressed);
  for (let i = 0; i < 5; i++) now = nextPayment(nextPayment(now, failed(problem('INTERNAL', 500))), { type: 'waited' });
  // The last "waited" is the buyer's own press.
  assert.equal(now.phase === 'asking' && now.doubt, 'server');
  assert.equal(play(pressed, failed(problem('PAYMENT_PROVIDER_DOWN', 503))).phase, 'idle');
});

test('a payment in another tab is waited for; a limit waits as long as it says', () => {
  const other = play(pressed, failed(problem('RESERVATION_IN_PAYMENT', 409)));
  assert.ok(other.phase === 'asking' && other.doubt === 'slow');
  const limited = play(pressed, failed(problem('RATE_LIMITED', 429, 30)));
  assert.equal(limited.phase === 'asking' && limited.waitMs, 30_000);
});

test('what comes late changes nothing any more', () => {
  const done = play(pressed, answered(paid));
  assert.equal(nextPayment(done, failed(new NoAnswer())), done);
  assert.equal(nextPayment(idle, answered(paid)), idle);
  assert.equal(nextPayment(idle, { type: 'slow' }), idle);
});
