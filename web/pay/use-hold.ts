import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { askApi } from '../api/client.ts';
import { ApiProblem, NoAnswer } from '../api/problem.ts';
import { keptHold } from './kept.ts';

/** A hold and when it ends by the page's own monotonic clock: clocks of phones are wrong, and are set while one looks. */
export interface SeenHold {
  readonly hold: ReservationAnswer;
  /** On the clock of `performance.now()`. */
  readonly endsAt: number;
}

/** What the server last said of a hold. */
interface Known {
  readonly seen: SeenHold | undefined;
  readonly refusal: ApiProblem | null;
}

const pathOf = (reservationId: string) => `/api/tickets/reservation/${encodeURIComponent(reservationId)}`;
const channelName = 'onsale.hold';
const retriesMax = 5;

function see(hold: ReservationAnswer): SeenHold {
  keptHold.write(hold);
  return { hold, endsAt: performance.now() + hold.expiresInSeconds * 1000 };
}

/**
 * The hold that this page pays for, asked again when the tab is looked at again (a phone that slept stops its clocks) and when another
 * tab has changed it.
 */
export function useHold(reservationId: string) {
  const queries = useQueryClient();
  const queryKey = ['hold', reservationId];
  const query = useQuery<Known>({
    queryKey,
    queryFn: async ({ signal }) => {
      try {
        return { seen: see(await askApi<ReservationAnswer>(pathOf(reservationId), { signal })), refusal: null };
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.body.status >= 500) throw error;
        // What was in it is still shown.
        return { seen: queries.getQueryData<Known>(queryKey)?.seen, refusal: error };
      }
    },
    staleTime: 0,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
    retry: (failures, error) => error instanceof NoAnswer && failures < retriesMax,
  });
  const { refetch } = query;

  useEffect(() => {
    const channel = new BroadcastChannel(channelName);
    channel.onmessage = ({ data }) => {
      if (data === reservationId) void refetch();
    };
    return () => channel.close();
  }, [reservationId, refetch]);

  const changed = (hold?: ReservationAnswer) => {
    if (hold) queries.setQueryData<Known>(queryKey, { seen: see(hold), refusal: null });
    else void refetch();
    const channel = new BroadcastChannel(channelName);
    channel.postMessage(reservationId);
    channel.close();
  };

  return {
    seen: query.data?.seen,
    /** Why there is no such hold (any more), or why nothing is known of it. */
    error: query.data?.refusal ?? (query.data ? null : query.error),
    refetch,
    /** The hold is another now: this tab shows `hold` or asks, the others ask. */
    changed,
    /** Starts the whole time again. */
    async renew() {
      changed(await askApi<ReservationAnswer>(`${pathOf(reservationId)}/renew`, { method: 'POST' }));
    },
  };
}

export type HoldControl = ReturnType<typeof useHold>;

/** Whole seconds until `endsAt`, counted down once a second. */
export function useSecondsLeft(endsAt: number): number {
  const left = () => Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const tick = () => setSeconds(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [endsAt]);
  return seconds;
}
