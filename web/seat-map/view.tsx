import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { EventBody } from '../../src/contract/catalog.ts';
import { keptCodes } from '../api/kept-code.ts';
import { isNotThere } from '../api/problem.ts';
import { useApi } from '../api/queries.ts';
import { Button, LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Frame, useTitle } from '../shop/frame/frame.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { seatMapQuery, seatStatesQuery } from './begin.ts';
import { createSession } from './choice/session.ts';
import { SessionContext } from './choice/use-session.ts';
import { nothingUnlocked, unlockKept } from './live/unlock-kept.ts';
import { Chooser } from './parts/chooser.tsx';
import { Loading } from './parts/loading.tsx';

/** Where seats or tickets of a show are chosen and held. */
export function View({ id }: { readonly id: number }) {
  const texts = textsOf('seat-map');
  const [isGone, setGone] = useState(false);
  const event = useApi<EventBody>(`/api/events/${id}`);
  const seats = useQuery({ ...seatStatesQuery(id), refetchOnWindowFocus: false });
  const unlocked = useQuery({
    queryKey: ['unlocked', id],
    queryFn: () => unlockKept(id),
    // Most have no code, and wait for nothing.
    ...(keptCodes(id).length === 0 && { initialData: nothingUnlocked }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const geometry = seats.data?.geometry ?? null;
  const map = useQuery({ ...seatMapQuery(geometry ?? ''), enabled: geometry !== null });
  useTitle(event.data && `${texts.title} · ${event.data.title}`);

  const isReady = event.data && seats.data && unlocked.data && (geometry === null || map.data);
  const session = useMemo(
    () =>
      isReady
        ? createSession({
            event: event.data,
            seats: seats.data,
            map: geometry === null ? null : map.data!,
            unlocked: unlocked.data,
            now: Date.now(),
          })
        : null,
    // The show is taken as it was when the page was opened: later answers must not throw the choice away.
    [isReady, geometry, map.data, seats.data, unlocked.data, event.data?.eventId],
  );

  const failure = event.error ?? seats.error ?? map.error ?? unlocked.error;
  if (isGone || isNotThere(failure))
    return (
      <Frame>
        <div className="page">
          <h1>{texts.gone.title}</h1>
          <LinkButton href={paths.home()} look="primary">
            {texts.gone.action}
          </LinkButton>
        </div>
      </Frame>
    );
  if (session)
    return (
      <SessionContext value={session}>
        <Chooser key={id} onGone={() => setGone(true)} />
      </SessionContext>
    );
  if (failure)
    return (
      <Frame>
        <div className="page">
          <Notice
            tone="no"
            role="alert"
            title={texts.failed.title}
            actions={
              <Button
                onClick={() => {
                  for (const one of [event, seats, map, unlocked]) if (one.isError) void one.refetch();
                }}
              >
                {texts.failed.action}
              </Button>
            }
          >
            {texts.failed.text}
          </Notice>
        </div>
      </Frame>
    );
  return <Loading />;
}
