import type { LiveFrame } from '../../../src/contract/live.ts';
import { comeAgainMs } from '../../api/come-again.ts';
import { noteServerTime } from '../../api/server-clock.ts';

/** How current the numbers of a page are. `asOf`: they came with the page. */
export type Connection = 'asOf' | 'live' | 'catching' | 'polling' | 'offline';

export interface SaleFollower {
  frame(frame: LiveFrame): void;
  connection(is: Connection): void;
  /** There is no socket: ask. Called again and again until there is one. */
  ask(): void;
}

const pollMs = 10_000;
/** After so many sockets that never spoke one asks instead. */
const failuresMax = 2;
const closedForGood = new Set([1008, 4404]);

/** Follows the numbers of an event by its live channel, or by asking where there is none. Answers how to stop. */
export function followSale(eventId: number, follower: SaleFollower): () => void {
  let counted: { readonly epoch: string; readonly to: number } | null = null;
  let socket: WebSocket | null = null;
  let failures = 0;
  let isStopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let polls: ReturnType<typeof setInterval> | undefined;

  function connect(): void {
    if (isStopped) return;
    const own = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/events/${eventId}/live`);
    socket = own;
    own.onmessage = ({ data }) => take(JSON.parse(String(data)) as LiveFrame, own);
    own.onclose = ({ code, reason }) => {
      if (isStopped || socket !== own) return;
      socket = null;
      counted = null;
      failures++;
      if (closedForGood.has(code)) return poll();
      if (failures >= failuresMax) poll();
      else follower.connection(navigator.onLine ? 'catching' : 'offline');
      const isPolling = polls !== undefined;
      retry = setTimeout(connect, comeAgainMs({ reason, failures, isPolling, chance: Math.random() }));
    };
  }

  function take(frame: LiveFrame, from: WebSocket): void {
    noteServerTime(frame.at);
    if (frame.type === 'delta' && (counted === null || frame.epoch !== counted.epoch || frame.from > counted.to)) {
      counted = null;
      from.send(JSON.stringify({ type: 'resync' }));
      return follower.connection('catching');
    }
    failures = 0;
    counted = { epoch: frame.epoch, to: frame.to };
    clearInterval(polls);
    polls = undefined;
    follower.frame(frame);
    follower.connection('live');
  }

  function poll(): void {
    follower.connection(navigator.onLine ? 'polling' : 'offline');
    if (polls !== undefined) return;
    follower.ask();
    polls = setInterval(() => {
      follower.connection(navigator.onLine ? 'polling' : 'offline');
      follower.ask();
    }, pollMs);
  }

  connect();
  return () => {
    isStopped = true;
    clearTimeout(retry);
    clearInterval(polls);
    socket?.close();
  };
}
