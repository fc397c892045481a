import type { PurchaseAnswer, PurchaseRequest } from '../../src/contract/booking.ts';
import { ApiProblem, NoAnswer } from '../api/problem.ts';

/** One press of the button: whatever is asked how often with its key is one charge. Kept before it is sent. */
export interface Attempt {
  readonly key: string;
  readonly body: PurchaseRequest;
  /** The buyer was sent to the bank. */
  readonly isAtBank?: boolean;
}

/** Why it is not known yet how a payment ends. */
export type Doubt = 'none' | 'slow' | 'network' | 'bank' | 'server';

type Action = NonNullable<PurchaseAnswer['action']>;

/** Where a payment is. `error`: why the last one came to nothing; no money has moved then. */
export type Payment =
  | { readonly phase: 'idle'; readonly error: unknown }
  | {
      /** Being asked: a request is under way, or the next follows after `waitMs`. */
      readonly phase: 'asking';
      readonly attempt: Attempt;
      readonly doubt: Doubt;
      readonly tries: number;
      readonly waitMs: number | null;
    }
  | {
      /** The bank wants to ask the buyer. `isBack`: the buyer has been there, and it has not been confirmed. */
      readonly phase: 'bank';
      readonly attempt: Attempt;
      readonly action: Action;
      readonly isBack: boolean;
      readonly tries: number;
      readonly waitMs: number | null;
    }
  | { readonly phase: 'done'; readonly answer: PurchaseAnswer; readonly wasInDoubt: boolean }
  /** The server keeps failing: it is not known whether money moved, and only the buyer asks again. */
  | { readonly phase: 'unknown'; readonly attempt: Attempt; readonly error: unknown };

export type PaymentEvent =
  | { readonly type: 'pressed'; readonly attempt: Attempt }
  /** A page was loaded that finds an attempt kept. */
  | { readonly type: 'restored'; readonly attempt: Attempt }
  | { readonly type: 'answered'; readonly answer: PurchaseAnswer }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'slow' }
  | { readonly type: 'waited' };

export const idle: Payment = { phase: 'idle', error: null };

/** After which time without an answer the page says that it still asks. */
export const slowAfterMs = 8_000;
const waitsMs = [1_000, 2_000, 4_000, 8_000];
const serverFailuresMax = 5;

/** Refusals after which the same request, with the same key, may still come to something. */
const askAgain = new Set([
  'IDEMPOTENCY_IN_FLIGHT',
  'RESERVATION_IN_PAYMENT',
  'OWNER_CHANGED',
  'UNAVAILABLE',
  'REQUEST_TOO_SLOW',
  'RATE_LIMITED',
]);

/**
 * What becomes of a payment. Pure; while it is `asking` or at the `bank` somebody must send its request, or wait `waitMs` and then say
 * `waited`. A second press is ignored, so that one press is one charge.
 */
export function nextPayment(now: Payment, event: PaymentEvent): Payment {
  switch (event.type) {
    case 'pressed':
      return now.phase === 'idle' ? asking(event.attempt, 'none') : now;
    case 'restored':
      return now.phase === 'idle' ? asking(event.attempt, event.attempt.isAtBank ? 'bank' : 'network') : now;
    case 'slow':
      return now.phase === 'asking' && now.doubt === 'none' ? { ...now, doubt: 'slow' } : now;
    case 'waited':
      if (now.phase === 'unknown') return asking(now.attempt, 'server');
      if (now.phase === 'bank' && !now.isBack) return asking({ ...now.attempt, isAtBank: true }, 'bank');
      return isOpen(now) && now.waitMs !== null ? { ...now, waitMs: null } : now;
    case 'answered':
      return isOpen(now) ? afterAnswer(now, event.answer) : now;
    case 'failed':
      return isOpen(now) ? afterFailure(now, event.error) : now;
  }
}

type OpenPayment = Extract<Payment, { readonly phase: 'asking' | 'bank' }>;

function isOpen(payment: Payment): payment is OpenPayment {
  return payment.phase === 'asking' || payment.phase === 'bank';
}

function asking(attempt: Attempt, doubt: Doubt): Payment {
  return { phase: 'asking', attempt, doubt, tries: 0, waitMs: null };
}

function afterAnswer(now: OpenPayment, answer: PurchaseAnswer): Payment {
  const { attempt, tries } = now;
  const doubt = now.phase === 'asking' ? now.doubt : 'none';
  if (answer.success) return { phase: 'done', answer, wasInDoubt: doubt === 'network' || doubt === 'server' };
  const waitMs = waitOf(tries);
  if (answer.action) {
    const isBack = attempt.isAtBank === true;
    return { phase: 'bank', attempt, action: answer.action, isBack, tries: tries + 1, waitMs: isBack ? waitMs : null };
  }
  return { phase: 'asking', attempt, doubt: doubt === 'none' ? 'slow' : doubt, tries: tries + 1, waitMs };
}

function afterFailure(now: OpenPayment, error: unknown): Payment {
  const { attempt, tries } = now;
  const again = (doubt: Doubt, waitMs = waitOf(tries)): Payment =>
    now.phase === 'bank'
      ? { ...now, tries: tries + 1, waitMs }
      : { phase: 'asking', attempt, doubt, tries: tries + 1, waitMs };
  const doubt = now.phase === 'asking' && now.doubt !== 'none' ? now.doubt : 'slow';
  if (error instanceof NoAnswer) return again('network');
  if (!(error instanceof ApiProblem)) return { phase: 'unknown', attempt, error };
  if (askAgain.has(error.code)) return again(doubt, Math.max(waitOf(tries), (error.retryAfter ?? 0) * 1_000));
  // Broken on our side: whether money moved is not said by that. The same key finds out.
  if (error.body.status >= 500 && error.code !== 'PAYMENT_PROVIDER_DOWN') {
    return tries + 1 < serverFailuresMax ? again('server') : { phase: 'unknown', attempt, error };
  }
  return { phase: 'idle', error };
}

function waitOf(tries: number): number {
  return waitsMs[Math.min(tries, waitsMs.length - 1)]!;
}
