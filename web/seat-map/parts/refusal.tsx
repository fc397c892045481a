import { forgetCodes } from '../../api/kept-code.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Button, LinkButton } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { paths } from '../../shop/paths.ts';
import { list } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { countOf } from '../choice/choice.ts';
import { seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import { type Asked, InsteadWords, seatsInstead, TakeInstead } from './replacement.tsx';
import { proposeBest } from './use-best-seats.ts';

/** Whether seats that were chosen are why nothing is held. */
export function isOfTakenSeats(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'SEATS_TAKEN';
}

/** Which kind of code a refusal is about, if it is about one. */
function kindOfCode(code: string): 'promo' | 'access' | undefined {
  const named = /^(PROMO|ACCESS)_CODE_/.exec(code)?.[1];
  return named === 'PROMO' ? 'promo' : named === 'ACCESS' ? 'access' : undefined;
}

/** Why nothing is held, that no money has moved, and what can be done. */
export function Refusal({
  error,
  asked,
  onAway,
}: {
  readonly error: unknown;
  /** The seats that were asked for. */
  readonly asked: Asked;
  readonly onAway: () => void;
}) {
  const session = useSession();
  const texts = textsOf('seat-map');
  // As many as were asked for: the live channel may have taken the lost ones out of the choice by now.
  const count = useSeatMap((state) => countOf(state.choice) + (isOfTakenSeats(error) ? state.lost.size : 0));
  useSeatMap((state) => state.version);
  const instead = seatsInstead(session, asked, error);
  const away = () => {
    if (isOfTakenSeats(error)) session.store.setState({ lost: new Map() });
    onAway();
  };
  const { title, text } = wordsOf(error);
  const badCode = error instanceof ApiProblem ? kindOfCode(error.code) : undefined;
  const isShort =
    error instanceof ApiProblem && ['SEATS_TAKEN', 'NOT_ENOUGH_TICKETS'].includes(error.code) && session.hall;
  return (
    <Notice
      tone="no"
      role="alert"
      title={title}
      actions={
        <>
          {instead.length > 0 && <TakeInstead asked={asked} seats={instead} onTaken={onAway} />}
          {isShort && count > 0 && instead.length === 0 && (
            <Button
              size="small"
              onClick={() => {
                away();
                void proposeBest(session, { count, typeId: null, isAccessible: false });
              }}
            >
              {texts.findOthers(count)}
            </Button>
          )}
          {badCode && (
            <Button
              size="small"
              onClick={() => {
                forgetCodes(session.event.eventId, badCode);
                away();
              }}
            >
              {texts.refusals.withoutCode}
            </Button>
          )}
          {error instanceof ApiProblem && error.code === 'GUESTS_REFUSED' && (
            <LinkButton size="small" href={paths.signIn}>
              {texts.refusals.signIn}
            </LinkButton>
          )}
          <Button size="small" look="quiet" onClick={away}>
            {texts.ok}
          </Button>
        </>
      }
    >
      {text}
      {instead.length > 0 && <InsteadWords seats={instead} />}
    </Notice>
  );

  function wordsOf(refusal: unknown): { readonly title: string; readonly text: string } {
    const { refusals } = texts;
    if (!(refusal instanceof ApiProblem)) return { title: refusals.noAnswer, text: refusals.noAnswerText };
    const taken = refusal.facts('SEATS_TAKEN');
    if (taken)
      return {
        title: refusals.SEATS_TAKEN(namesOf(taken.ids)),
        text: asked.size > taken.ids.length ? refusals.seatsTakenText : refusals.noMoney,
      };
    const few = refusal.facts('NOT_ENOUGH_TICKETS');
    if (few) return { title: refusals.NOT_ENOUGH_TICKETS(few.held), text: refusals.notEnoughText };
    if (refusal.code === 'SOLD_OUT') return { title: refusals.SOLD_OUT, text: refusals.soldOutText };
    const limit = refusal.facts('LIMIT_PER_CUSTOMER');
    if (limit) return { title: refusals.LIMIT(limit.limit), text: refusals.limitText(limit.already) };
    const held = refusal.facts('HOLD_LIMIT_PER_CUSTOMER');
    if (held) return { title: refusals.LIMIT(held.limit), text: refusals.limitText(held.held) };
    if (refusal.code === 'EVENT_NOT_ON_SALE') return { title: refusals.EVENT_NOT_ON_SALE, text: '' };
    if (refusal.code === 'GUESTS_REFUSED') return { title: refusals.GUESTS_REFUSED, text: refusals.guestsText };
    // The server says refusals in the language of the page too.
    const isPlain = refusal.body.status < 500;
    return {
      title: isPlain ? refusal.body.title : refusals.other,
      text: isPlain ? (refusal.body.detail ?? '') : refusals.otherText(refusal.body.traceId),
    };
  }

  /** Seats are named as they were asked for; of the others only that they are gone is known. */
  function namesOf(ids: readonly string[]): string {
    const { hall, states, store } = session;
    if (!hall || !states) return String(ids.length);
    const words = seatWords(session);
    const named = hall.guids.flatMap((guid, seat) => (ids.includes(guid) ? [seat] : []));
    const gone =
      named.length > 0 ? named : [...store.getState().choice.seats.keys()].filter((seat) => !session.isFree(seat));
    return list(gone.length > 0 ? gone.map(words.short) : [String(ids.length)]);
  }
}
