import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { money } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { seatKinds } from '../engine/hall.ts';
import type { SeatMapState } from './choice.ts';
import type { Session } from './session.ts';

/** The session that everything below it shares. */
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session around this part');
  return session;
}

/** A piece of the shared state; drawn anew when it changes. */
export function useSeatMap<Piece>(select: (state: SeatMapState) => Piece): Piece {
  return useStore(useSession().store, select);
}

/** How seats are called here. */
export interface SeatWords {
  /** Row J, seat 14 */
  name(seat: number): string;
  /** row J, seat 14 */
  within(seat: number): string;
  /** J 14 */
  short(seat: number): string;
  part(seat: number): string;
  price(amount: number): string;
  /** Row J, seat 14, Stalls, €40.40, free */
  spoken(seat: number): string;
}

export function seatWords(session: Session): SeatWords {
  const texts = textsOf('seat-map');
  const hall = session.hall!;
  const rowOf = (seat: number) => hall.rows[hall.row[seat]!]!.label;
  const numberOf = (seat: number) => hall.numbers[seat]!;
  const price = (amount: number) => money(amount, session.event.currency);
  const words: SeatWords = {
    name: (seat) => texts.seat(rowOf(seat), numberOf(seat)),
    within: (seat) => texts.seatWithin(rowOf(seat), numberOf(seat)),
    short: (seat) => `${rowOf(seat)} ${numberOf(seat)}`.trim(),
    part: (seat) => hall.parts[hall.part[seat]!]!.name,
    price,
    spoken: (seat) => {
      const { choice } = session.store.getState();
      const state = choice.seats.has(seat)
        ? 'yours'
        : session.isFree(seat)
          ? 'free'
          : session.states!.of[seat] === 2
            ? 'held'
            : 'gone';
      const kind = hall.kind[seat];
      const special =
        kind === seatKinds.ordinary
          ? ''
          : `, ${texts.kinds[kind === seatKinds.wheelchair ? 'wheelchair' : 'companion']}`;
      return texts.spoken(
        words.name(seat),
        words.part(seat) + special,
        price(session.priceOf(seat)),
        texts.states[state],
      );
    },
  };
  return words;
}

/** Rates come as organisers write them. */
export function rateName(rate: string): string {
  return rate.charAt(0).toLocaleUpperCase() + rate.slice(1);
}
