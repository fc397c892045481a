import type { AvailabilityAnswer, SeatStatesAnswer } from '../../../src/contract/inventory.ts';
import type { LiveFrame } from '../../../src/contract/live.ts';
import { askApi } from '../../api/client.ts';
import { comeAgainMs } from '../../api/come-again.ts';
import { isNotThere } from '../../api/problem.ts';
import type { SeatChange } from '../engine/seat-states.ts';

export type Connection = 'live' | 'catching' | 'polling' | 'offline';

export interface SeatFollower {
  replace(letters: string): void;
  apply(changes: readonly SeatChange[]): void;
  free(types: readonly { readonly ticketTypeId: number; readonly available: number }[]): void;
  connection(is: Connection): void;
  /** The event is no longer to be seen. */
  gone(): void;
}

const pollMs = { least: 2_000, most: 10_000 };
/** So many sockets in a row that never spoke: one asks instead, and tries again after a while. */
const failuresMax = 2;
const closedForGood = 4404;
const policy = 1008;

/** Follows the seats of an event from `version` on: by the live channel, or by asking where there is none. Answers how to stop. */
export function followSeats(eventId: number, version: string, follower: SeatFollower): () => void {
  let known = version;
  let counted: { epoch: string; to: number } | null = null;
  let socket: WebSocket | null = null;
  let failures = 0;
  let isStopped = false;
  let isPolling = false;
  let wait: number = pollMs.least;
  let connectTimer: ReturnType<typeof setTimeout> | undefined;
  let pollTimer: ReturnType<typeof setTimeout> | undefined;
  const stopping = new AbortController();

  function connect(): void {
    if (isStopped || typeof WebSocket === 'undefined') return poll();
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const path = `/api/events/${eventId}/live?since=${encodeURIComponent(known)}`;
    const own = new WebSocket(`${scheme}://${location.host}${path}`);
    socket = own;
    own.onmessage = ({ data }) => {
      failures = 0;
      stopPolling();
      take(JSON.parse(String(data)) as LiveFrame, own);
    };
    // A show in which nothing changes sends nothing: an open channel is a live one.
    own.onopen = () => {
      stopPolling();
      follower.connection('live');
    };
    own.onclose = ({ code, reason }) => {
      if (socket !== own || isStopped) return;
      socket = null;
      counted = null;
      if (code === closedForGood) return follower.gone();
      failures = code === policy ? failuresMax : failures + 1;
      if (failures >= failuresMax) poll();
      else follower.connection(navigator.onLine ? 'catching' : 'offline');
      connectTimer = setTimeout(connect, comeAgainMs({ reason, failures, isPolling, chance: Math.random() }));
    };
  }

  function take(frame: LiveFrame, from: WebSocket): void {
    if (frame.type === 'snapshot') follower.replace(frame.states);
    else {
      const hasGap = counted !== null && (frame.epoch !== counted.epoch || frame.from > counted.to);
      if (hasGap) {
        counted = null;
        from.send(JSON.stringify({ type: 'resync' }));
        return follower.connection('catching');
      }
      follower.apply(frame.changes);
    }
    counted = { epoch: frame.epoch, to: frame.to };
    known = frame.version;
    follower.free(frame.ticketTypes);
    follower.connection('live');
  }

  function stopPolling(): void {
    isPolling = false;
    clearTimeout(pollTimer);
  }

  function poll(): void {
    if (isPolling || isStopped) return;
    isPolling = true;
    wait = pollMs.least;
    void ask();
  }

  async function ask(): Promise<void> {
    try {
      const { signal } = stopping;
      const [seats, numbers] = await Promise.all([
        askApi<SeatStatesAnswer>(`/api/events/${eventId}/seats?since=${encodeURIComponent(known)}`, { signal }),
        askApi<AvailabilityAnswer>(`/api/events/${eventId}/availability`, { signal }),
      ]);
      if (isStopped || !isPolling) return;
      if (seats.states !== undefined) follower.replace(seats.states);
      else follower.apply(seats.changes ?? []);
      known = seats.version;
      follower.free(numbers.ticketTypes);
      follower.connection('polling');
      wait = pollMs.least;
    } catch (error) {
      if (isStopped) return;
      if (isNotThere(error)) return follower.gone();
      follower.connection(navigator.onLine ? 'catching' : 'offline');
      wait = Math.min(pollMs.most, wait * 2);
    }
    // Those who lost their sockets together do not ask together.
    if (isPolling) pollTimer = setTimeout(() => void ask(), wait * (0.75 + Math.random() / 2));
  }

  connect();
  return () => {
    isStopped = true;
    stopPolling();
    clearTimeout(connectTimer);
    stopping.abort();
    socket?.close();
  };
}
