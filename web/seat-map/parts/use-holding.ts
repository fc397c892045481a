import { useRef, useState } from 'react';
import type { ReservationAnswer } from '../../../src/contract/inventory.ts';
import { paths } from '../../shop/paths.ts';
import { readGeneralKey } from '../choice/choice.ts';
import { useSession } from '../choice/use-session.ts';
import { holdInstead } from '../live/own-hold.ts';

/** Holding what is chosen, and going on to pay for it by a page load: that page may do more than this one. */
export function useHolding(earlier: ReservationAnswer | null) {
  const session = useSession();
  const [isUnderWay, setUnderWay] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  /** The seats of the last press, with their rates: others may have taken some out of the choice since. */
  const [asked, setAsked] = useState<ReadonlyMap<number, string>>(new Map());
  const isSent = useRef(false);
  async function start(): Promise<void> {
    if (isSent.current) return;
    isSent.current = true;
    setUnderWay(true);
    setRefusal(null);
    const { choice } = session.store.getState();
    setAsked(choice.seats);
    try {
      const hold = await holdInstead(
        {
          eventId: session.event.eventId,
          seats: [...choice.seats].map(([seat, rate]) => ({
            guid: session.hall!.guids[seat]!,
            rate,
            ticketTypeId: session.offers.ofCategory(session.hall!.category[seat]!)!.typeId,
          })),
          general: [...choice.general].map(([key, quantity]) => {
            const { typeId, rate } = readGeneralKey(key);
            return { ticketTypeId: typeId, rate, quantity };
          }),
        },
        earlier,
      );
      location.assign(paths.pay(hold.reservationId));
    } catch (error) {
      setRefusal(error);
      setUnderWay(false);
    }
    isSent.current = false;
  }
  return { isUnderWay, refusal, asked, start: () => void start(), forget: () => setRefusal(null) };
}
