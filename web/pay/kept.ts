import { useEffect, useState } from 'react';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import type { Attempt } from './payment.ts';

/** What is typed on this page. Kept while the tab lives; nothing of a card is ever in it. */
export interface Typed {
  readonly name: string;
  readonly email: string;
  /** A receipt for a company is wanted. */
  readonly isCompany: boolean;
  readonly companyName: string;
  readonly vatId: string;
  /** Names of visitors by ticket. */
  readonly visitors: Readonly<Record<string, string>>;
}

const nothing: Typed = { name: '', email: '', isCompany: false, companyName: '', vatId: '', visitors: {} };

const places = {
  typed: 'onsale.pay.typed',
  last: 'onsale.pay.last',
  attempt: (reservationId: string) => `onsale.pay.attempt.${reservationId}`,
  hold: (reservationId: string) => `onsale.pay.hold.${reservationId}`,
};

function read<Value>(key: string): Value | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Value | null;
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing may be kept here: then it lives as long as the page.
  }
}

/** The hold that this tab has last sent a payment of: a bank that knows no reservation sends people to `/pay/back`. */
export const lastPaid = {
  read: () => read<string>(places.last),
  write: (reservationId: string) => write(places.last, reservationId),
};

/** The attempt whose end is not known yet: a reload, or the way back from the bank, takes up there. */
export const keptAttempt = {
  read: (reservationId: string) => read<Attempt>(places.attempt(reservationId)),
  write: (reservationId: string, attempt: Attempt | null) => write(places.attempt(reservationId), attempt),
};

/** The hold as it was last seen, so that a page that is loaded after its end still says what was in it. */
export const keptHold = {
  read: (reservationId: string) => read<ReservationAnswer>(places.hold(reservationId)),
  write: (hold: ReservationAnswer) => write(places.hold(hold.reservationId), hold),
};

/** What is typed, kept with each key press, also for the next hold of this tab. */
export function useTyped(): readonly [Typed, (change: Partial<Typed>) => void] {
  const [typed, setTyped] = useState<Typed>(() => ({ ...nothing, ...read<Typed>(places.typed) }));
  useEffect(() => write(places.typed, typed), [typed]);
  return [typed, (change) => setTyped((before) => ({ ...before, ...change }))];
}
