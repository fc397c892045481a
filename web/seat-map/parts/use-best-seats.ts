import { create } from 'zustand';
import type { ProposalAnswer } from '../../../src/contract/inventory.ts';
import { askApi } from '../../api/client.ts';
import { codesFor } from '../../api/kept-code.ts';
import { withSeat } from '../choice/choice.ts';
import type { Session } from '../choice/session.ts';
import { seatKinds } from '../engine/hall.ts';

export interface BestWish {
  readonly count: number;
  /** Null: anywhere. */
  readonly typeId: number | null;
  readonly isAccessible: boolean;
}

/** What was proposed last: seats stand in the session's store. */
export const useProposal = create<{
  readonly rates: ReadonlyMap<number, string>;
  readonly sum: number;
  readonly isTogether: boolean;
  readonly error: unknown;
  readonly isAsking: boolean;
}>(() => ({ rates: new Map(), sum: 0, isTogether: true, error: null, isAsking: false }));

/** Asks for the best free seats and shows them on the map; nothing is taken. */
export async function proposeBest(session: Session, wish: BestWish): Promise<void> {
  const { store, hall, offers } = session;
  useProposal.setState({ error: null, isAsking: true });
  store.setState({ proposed: [] });
  try {
    if (wish.isAccessible) return proposeAccessible(session, wish.count);
    const seated = offers.all.filter(({ categories }) => categories.length > 0);
    const wanted = wish.typeId === null ? seated : seated.filter(({ typeId }) => typeId === wish.typeId);
    // Anywhere: the best of the dearest type that has so many, as people who say so expect.
    const answers: ProposalAnswer[] = [];
    let refused: unknown = null;
    for (const { typeId } of wanted) {
      try {
        const { eventId } = session.event;
        const body = { ticketTypeId: typeId, quantity: wish.count, ...codesFor(eventId, [typeId]) };
        const path = `/api/events/${eventId}/best-seats`;
        answers.push(await askApi<ProposalAnswer>(path, { method: 'POST', body }));
        if (answers.at(-1)!.together) break;
      } catch (error) {
        refused = error;
      }
    }
    const best = answers.find(({ together }) => together) ?? answers[0];
    if (!best) throw refused;
    const indexOf = new Map(hall!.guids.map((guid, i) => [guid, i]));
    const rates = new Map(best.tickets.map(({ seat, rate }) => [indexOf.get(seat?.guid ?? '') ?? -1, rate]));
    rates.delete(-1);
    useProposal.setState({ rates, sum: best.totalPrice, isTogether: best.together });
    store.setState({ proposed: [...rates.keys()] });
  } catch (error) {
    useProposal.setState({ error });
  } finally {
    useProposal.setState({ isAsking: false });
  }
}

/** The server never hands these out by itself: a wheelchair place first, those who come along beside it. */
function proposeAccessible(session: Session, count: number): void {
  const hall = session.hall!;
  const isOpen = (seat: number, kind: number) => hall.kind[seat] === kind && session.isFree(seat);
  for (let seat = 0; seat < hall.seatCount; seat++) {
    if (!isOpen(seat, seatKinds.wheelchair)) continue;
    const near = hall
      .seatsIn({
        minX: hall.x[seat]! - hall.seatGap * 4,
        maxX: hall.x[seat]! + hall.seatGap * 4,
        minY: hall.y[seat]! - hall.seatGap,
        maxY: hall.y[seat]! + hall.seatGap,
      })
      .filter((one) => one !== seat && (isOpen(one, seatKinds.companion) || isOpen(one, seatKinds.wheelchair)))
      .sort(
        (a, b) => Number(hall.kind[b] === 2) - Number(hall.kind[a] === 2) || Math.abs(a - seat) - Math.abs(b - seat),
      );
    const seats = [seat, ...near].slice(0, count);
    if (seats.length < count && seats.length < 2) continue;
    const rates = new Map(seats.map((one) => [one, session.offers.ofCategory(hall.category[one]!)!.rates[0]!.name]));
    const sum = seats.reduce((total, one) => total + session.priceOf(one), 0);
    useProposal.setState({ rates, sum, isTogether: seats.length === count });
    session.store.setState({ proposed: seats });
    return;
  }
  useProposal.setState({ error: 'none' });
}

/** Takes what is proposed instead of what was chosen. */
export function takeProposal(session: Session): void {
  const { proposed, choice } = session.store.getState();
  const { rates } = useProposal.getState();
  let next = { ...choice, seats: new Map<number, string>() };
  for (const seat of proposed) next = { ...next, seats: new Map(withSeat(next, seat, rates.get(seat) ?? '').seats) };
  session.store.setState({ choice: next, proposed: [], lost: new Map() });
}
