import { useEffect, useReducer, useRef } from 'react';
import type { PurchaseAnswer, PurchaseRequest } from '../../src/contract/booking.ts';
import { askApi } from '../api/client.ts';
import { keptAttempt, lastPaid } from './kept.ts';
import { type Attempt, idle, nextPayment, type Payment, type PaymentEvent, slowAfterMs } from './payment.ts';
import { randomKey } from './random-key.ts';

/** The server answers within 15 s even where a card does not; what takes longer has lost its way. */
const patienceMs = 20_000;

/** Requests under way by their key: what is drawn twice (development, two effects) is sent once. */
const underWay = new Map<string, Promise<PurchaseAnswer>>();

function send({ key, body }: Attempt): Promise<PurchaseAnswer> {
  const running = underWay.get(key);
  if (running) return running;
  const sent = askApi<PurchaseAnswer>('/api/tickets/purchase', {
    method: 'POST',
    body,
    headers: { 'idempotency-key': key },
    patienceMs,
  }).finally(() => underWay.delete(key));
  underWay.set(key, sent);
  return sent;
}

/**
 * The payment of a hold: sends, asks again, takes up after a reload. The key is made once for each press and kept before it is
 * sent, so that whatever breaks, the same press is asked about and never a second one made.
 */
export function usePayment(reservationId: string) {
  const [payment, dispatch] = useReducer(nextPayment, reservationId, begin);
  const { phase } = payment;
  // Two presses before the next drawing are one: the second would else keep another key than the one that is sent.
  const isPressed = useRef(phase !== 'idle');
  const attempt = phase === 'asking' || phase === 'bank' ? payment.attempt : null;
  const waitMs = phase === 'asking' || phase === 'bank' ? payment.waitMs : null;
  const mustSend = phase === 'asking' && waitMs === null;
  const looksAgain = phase === 'bank' && payment.isBack && waitMs === null;

  useEffect(() => {
    if (!attempt || !(mustSend || looksAgain)) return;
    let isCurrent = true;
    const done = (event: PaymentEvent) => isCurrent && dispatch(event);
    const slow = setTimeout(() => done({ type: 'slow' }), slowAfterMs);
    send(attempt)
      .then(
        (answer) => done({ type: 'answered', answer }),
        (error: unknown) => done({ type: 'failed', error }),
      )
      .finally(() => clearTimeout(slow));
    return () => {
      isCurrent = false;
      clearTimeout(slow);
    };
  }, [attempt, mustSend, looksAgain]);

  useEffect(() => {
    if (waitMs === null) return;
    const again = () => dispatch({ type: 'waited' });
    const timer = setTimeout(again, waitMs);
    // A network that is back is used at once.
    addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', again);
    };
  }, [waitMs]);

  // Over, one way or the other: the next press is a new one.
  const isOver = phase === 'idle' || phase === 'done';
  useEffect(() => {
    if (!isOver) return;
    keptAttempt.write(reservationId, null);
    isPressed.current = false;
  }, [isOver, reservationId]);

  return {
    payment,
    press(body: PurchaseRequest) {
      if (isPressed.current) return;
      isPressed.current = true;
      const fresh: Attempt = { key: randomKey(), body };
      keptAttempt.write(reservationId, fresh);
      lastPaid.write(reservationId);
      dispatch({ type: 'pressed', attempt: fresh });
    },
    askNow: () => dispatch({ type: 'waited' }),
    /** Whoever leaves for the bank comes back to another page, which must know of it. */
    leaveForBank() {
      if (attempt) keptAttempt.write(reservationId, { ...attempt, isAtBank: true });
    },
  };
}

export type PaymentControl = ReturnType<typeof usePayment>;

function begin(reservationId: string): Payment {
  const attempt = keptAttempt.read(reservationId);
  return attempt ? nextPayment(idle, { type: 'restored', attempt }) : idle;
}
