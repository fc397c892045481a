import { useState } from 'react';
import type { ReservationAnswer } from '../../../src/contract/inventory.ts';
import { codesFor } from '../../api/kept-code.ts';
import { Button } from '../../parts/button/button.tsx';
import { money } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { countOf } from '../choice/choice.ts';
import { chosenTypes } from '../choice/session.ts';
import { useSeatMap, useSession } from '../choice/use-session.ts';
import { BestSeats } from './best-seats.tsx';
import styles from './chooser.module.css';
import { isOfTakenSeats, Refusal } from './refusal.tsx';
import { ChosenLine, Tray } from './tray.tsx';
import { useHolding } from './use-holding.ts';

/** What is chosen and what it costs; on phones a sheet at the bottom that opens. */
export function Panel({ hold }: { readonly hold: ReservationAnswer | null }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const [isOpen, setOpen] = useState(false);
  const choice = useSeatMap((state) => state.choice);
  const free = useSeatMap((state) => state.free);
  const holding = useHolding(hold);
  const chosen = countOf(choice);
  const isSeatsOnly = choice.general.size === 0;
  const label = !isSeatsOnly
    ? texts.holdTickets(chosen)
    : chosen === 0
      ? session.hall
        ? texts.chooseFirst
        : texts.chooseTicketsFirst
      : texts.holdThese(chosen);
  const { promoCode } = codesFor(session.event.eventId, chosenTypes(session));
  const freeInAll = session.offers.all.reduce((sum, { typeId }) => sum + (free.get(typeId) ?? 0), 0);
  return (
    <aside className={styles.panel} aria-label={session.hall ? texts.yours : texts.yourTickets} data-open={isOpen}>
      <button
        type="button"
        className={styles.grab}
        aria-expanded={isOpen}
        aria-controls="tray"
        onClick={() => setOpen(!isOpen)}
      >
        <span className="spoken">{texts.details}</span>
      </button>
      <div id="tray" className={styles.inner} tabIndex={-1}>
        {session.hall && <BestSeats />}
        <Tray isRefused={isOfTakenSeats(holding.refusal)} />
      </div>
      <ChosenLine />
      <div className={styles.pay}>
        {holding.refusal !== null && <Refusal error={holding.refusal} asked={holding.asked} onAway={holding.forget} />}
        <div className={styles.sum}>
          {chosen > 0 && (
            <>
              <span className={styles.sumWords}>{texts.sum(chosen)}</span>
              <b className="numeric">{money(session.sum(), session.event.currency)}</b>
            </>
          )}
        </div>
        {promoCode !== undefined && <p className="small quiet">{texts.codeLater(promoCode.toUpperCase())}</p>}
        <Button look="primary" wide disabled={chosen === 0} working={holding.isUnderWay} onClick={holding.start}>
          {holding.isUnderWay ? texts.holding : label}
        </Button>
        <p className={styles.small}>
          {chosen === 0
            ? texts.places(session.event.totalCapacity, freeInAll, choice.max)
            : hold
              ? texts.heldAlready
              : texts.forMinutes(session.event.holdMinutes)}
        </p>
      </div>
    </aside>
  );
}
