import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AvailabilityAnswer } from '../../../src/contract/inventory.ts';
import type { LiveFrame } from '../../../src/contract/live.ts';
import { useApi } from '../../api/queries.ts';
import { serverNow } from '../../api/server-clock.ts';
import { type Connection, followSale } from './follow-sale.ts';
import { withFrame } from './with-frame.ts';

/** Numbers are asked for anew not more often than this where a frame does not say all. */
const askAgainMs = 3_000;

/** The numbers of an event as they are now, how current they are, and its frames for whoever draws more of them. */
export function useLiveSale(eventId: number) {
  const path = `/api/events/${eventId}/availability`;
  const queries = useQueryClient();
  const { data: availability } = useApi<AvailabilityAnswer>(path);
  const [connection, setConnection] = useState<Connection>('asOf');
  const listeners = useRef(new Set<(frame: LiveFrame) => void>());
  useEffect(() => {
    let asking: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      asking = undefined;
      void queries.invalidateQueries({ queryKey: [path] });
    };
    const stop = followSale(eventId, {
      frame(frame) {
        const known = queries.getQueryData<AvailabilityAnswer>([path]);
        const next = withFrame(known, frame);
        queries.setQueryData([path], next.availability);
        // When the next hold of one type may lapse stands in the answer alone.
        if (next.isPartly) asking ??= setTimeout(ask, askAgainMs * Math.random());
        for (const listener of listeners.current) listener(frame);
      },
      connection: setConnection,
      ask,
    });
    return () => {
      stop();
      clearTimeout(asking);
    };
  }, [eventId, path, queries]);
  const onFrame = useCallback((listener: (frame: LiveFrame) => void) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  return { availability: availability?.eventId === eventId ? availability : undefined, connection, onFrame };
}

/** The server's time, anew each second while something counts, else now and then. */
export function useServerNow(isCounting: boolean): number {
  const [now, setNow] = useState(() => serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), isCounting ? 1_000 : 20_000);
    return () => clearInterval(timer);
  }, [isCounting]);
  return now;
}
