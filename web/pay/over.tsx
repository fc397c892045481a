import { Clock, ShieldCheck } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ProposalAnswer, QuoteRequest, ReservationAnswer } from '../../src/contract/inventory.ts';
import { askApi } from '../api/client.ts';
import { codesFor } from '../api/kept-code.ts';
import { ApiProblem, NoAnswer } from '../api/problem.ts';
import { wordsOf } from '../api/words-of.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button, LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './over.module.css';
import { shortPlaces } from './places.ts';
import { randomKey } from './random-key.ts';

type Offer =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly proposal: ProposalAnswer }
  | { readonly state: 'nothing'; readonly error: unknown }
  | { readonly state: 'failed'; readonly error: unknown };

/** The time is over: what of it is still free, and a button that holds just that again. */
export function Over({ hold, fullMinutes }: { readonly hold: ReservationAnswer; readonly fullMinutes: number }) {
  const { over: texts, asking } = textsOf('pay');
  const [offer, setOffer] = useState<Offer>({ state: 'looking' });
  const [failure, setFailure] = useState<unknown>(null);
  const [holding, setHolding] = useState(false);
  const [round, setRound] = useState(0);
  const key = useRef(randomKey());

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    askApi<ProposalAnswer>(`/api/events/${hold.eventId}/quote`, { method: 'POST', body: sameAgain(hold), signal }).then(
      (proposal) => setOffer({ state: 'found', proposal }),
      (error: unknown) => {
        if (signal.aborted) return;
        setOffer(error instanceof NoAnswer ? { state: 'failed', error } : { state: 'nothing', error });
      },
    );
    return () => controller.abort();
  }, [hold, round]);

  async function holdAgain(proposal: ProposalAnswer) {
    setHolding(true);
    setFailure(null);
    try {
      const held = await askApi<ReservationAnswer>('/api/tickets/reserve', {
        method: 'POST',
        body: { eventId: hold.eventId, ...theseOf(proposal, hold) },
        headers: { 'idempotency-key': key.current },
      });
      location.replace(paths.pay(held.reservationId));
    } catch (error) {
      setFailure(error);
      setHolding(false);
      if (error instanceof NoAnswer) return;
      key.current = randomKey();
      setOffer({ state: 'looking' });
      setRound((before) => before + 1);
    }
  }

  const found = offer.state === 'found' ? offer.proposal : null;
  const places = found ? shortPlaces(found.tickets) : '';
  const sentence =
    offer.state === 'looking'
      ? texts.looking
      : !found
        ? offer.state === 'nothing' && !isTaken(offer.error)
          ? wordsOf(offer.error).title
          : texts.none
        : found.quantity === hold.quantity
          ? texts.all(places)
          : texts.some(found.quantity, hold.quantity, places);
  return (
    <Notice
      tone="warn"
      icon={Clock}
      role="alert"
      title={texts.title(fullMinutes)}
      actions={
        <>
          {found && (
            <Button look="primary" size="small" working={holding} onClick={() => void holdAgain(found)}>
              {texts.again(places)}
            </Button>
          )}
          {offer.state === 'failed' && (
            <Button size="small" onClick={() => setRound((before) => before + 1)}>
              {asking.askNow}
            </Button>
          )}
          <LinkButton look={found ? 'quiet' : 'second'} size="small" href={paths.seats(hold.eventId)}>
            {texts.choose}
          </LinkButton>
        </>
      }
    >
      {offer.state === 'failed' ? wordsOf(offer.error).title : sentence}
      {failure !== null && <span className={styles.failure}>{wordsOf(failure).title}</span>}
      <span className={styles.money}>
        <Badge>
          <ShieldCheck size={15} aria-hidden="true" />
          {texts.noMoney}
        </Badge>
      </span>
    </Notice>
  );
}

/** Others have them; anything else (the sale is over) is said as it is. */
function isTaken(error: unknown): boolean {
  return error instanceof ApiProblem && ['SEATS_TAKEN', 'NOT_ENOUGH_TICKETS', 'SOLD_OUT'].includes(error.code);
}

/** The same places once more, as many as are free; places of general admission by their number. */
function sameAgain(hold: ReservationAnswer): QuoteRequest {
  return { ...theseOf(hold, hold), partial: true };
}

function theseOf(
  { tickets }: Pick<ReservationAnswer | ProposalAnswer, 'tickets'>,
  hold: ReservationAnswer,
): Omit<QuoteRequest, 'partial'> {
  const { promoCode } = hold.priceBreakdown;
  const { accessCode } = codesFor(hold.eventId, new Set(tickets.map(({ ticketTypeId }) => ticketTypeId)));
  const code = { ...(promoCode !== null && { promoCode }), ...(accessCode !== undefined && { accessCode }) };
  if (tickets.some(({ seat }) => seat !== null)) {
    return { ticketIds: tickets.map(({ ticketId }) => ticketId), rates: tickets.map(({ rate }) => rate), ...code };
  }
  const items = new Map<string, { ticketTypeId: number; rate: string; quantity: number }>();
  for (const { ticketTypeId, rate } of tickets) {
    const known = items.get(`${ticketTypeId} ${rate}`);
    items.set(`${ticketTypeId} ${rate}`, { ticketTypeId, rate, quantity: (known?.quantity ?? 0) + 1 });
  }
  return { items: [...items.values()], ...code };
}
