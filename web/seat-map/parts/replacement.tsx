import { useQuery } from '@tanstack/react-query';
import type { ProblemFacts } from '../../../src/contract/problems.ts';
import { askApi } from '../../api/client.ts';
import { codesFor } from '../../api/kept-code.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Button } from '../../parts/button/button.tsx';
import { list } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { replaced } from '../choice/choice.ts';
import type { Session } from '../choice/session.ts';
import { seatWords, useSeatMap, useSession } from '../choice/use-session.ts';

/** Seats that were asked for, each with its rate. */
export type Asked = ReadonlyMap<number, string>;

/** The seats that a refusal offers instead, if it does, and as many of them as were asked for are free here too. */
export function seatsInstead(session: Session, asked: Asked, error: unknown): readonly number[] {
  const { alternative = [] } = takenOf(error) ?? {};
  const guids = new Set(alternative.map(({ seat }) => seat?.guid));
  const seats = session.hall?.guids.flatMap((guid, seat) => (guids.has(guid) ? [seat] : [])) ?? [];
  return seats.length === asked.size && seats.every(session.isFree) ? seats : [];
}

function takenOf(error: unknown): ProblemFacts<'SEATS_TAKEN'> | undefined {
  return error instanceof ApiProblem ? error.facts('SEATS_TAKEN') : undefined;
}

/** What the server would offer instead of seats some of which have gone; asked without holding anything. */
export function useSeatsInstead(asked: Asked): readonly number[] {
  const session = useSession();
  useSeatMap((state) => state.version);
  const { data } = useQuery({
    queryKey: ['instead', session.event.eventId, ...asked.keys()],
    enabled: asked.size > 0,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const { eventId } = session.event;
      const seats = [...asked.keys()];
      const types = seats.flatMap((seat) => session.offers.ofCategory(session.hall!.category[seat]!)?.typeId ?? []);
      const body = { seatGuids: seats.map((seat) => session.hall!.guids[seat]!), ...codesFor(eventId, types) };
      try {
        await askApi(`/api/events/${eventId}/quote`, { method: 'POST', body, signal });
        return null;
      } catch (error) {
        if (error instanceof ApiProblem) return error;
        throw error;
      }
    },
  });
  return seatsInstead(session, asked, data ?? null);
}

/** Names what is offered instead. */
export function InsteadWords({ seats }: { readonly seats: readonly number[] }) {
  const words = seatWords(useSession());
  return ` ${textsOf('seat-map').instead(list(seats.map(words.short)), seats.length)}`;
}

/** Takes what is offered instead, each seat in the rate of the one that it stands for. */
export function TakeInstead({
  asked,
  seats,
  onTaken,
}: {
  readonly asked: Asked;
  readonly seats: readonly number[];
  onTaken(): void;
}) {
  const session = useSession();
  const words = seatWords(session);
  return (
    <Button
      size="small"
      onClick={() => {
        session.store.setState(({ choice }) => ({
          choice: replaced(choice, [...asked.values()], seats),
          lost: new Map(),
          proposed: [],
        }));
        onTaken();
      }}
    >
      {textsOf('seat-map').takeSeats(list(seats.map(words.short)))}
    </Button>
  );
}
