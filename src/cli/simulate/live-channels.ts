import { WebSocket } from 'ws';
import type { SeatBoard } from './seat-board.ts';

/** One buyer's place at the live channel. */
export interface LiveChannel {
  /** False: there is no socket to be had, or it broke; a page asks again and again instead. */
  readonly isOpen: boolean;
  close(): void;
}

export interface LiveCounts {
  /** From the request for it to the first frame. */
  opened(ms: number): void;
  received(bytes: number): void;
}

export interface LiveChannels {
  /** Resolves with the first frame, or with what is no channel. */
  open(path: string): Promise<LiveChannel>;
  closeAll(): void;
}

const none: LiveChannel = { isOpen: false, close() {} };
const patienceMs = 10_000;
const resync = JSON.stringify({ type: 'resync' });

/** The sockets of all buyers, at most `most` at a time. All that they hear goes to one board. */
export function createLiveChannels(url: string, most: number, board: SeatBoard, counts: LiveCounts): LiveChannels {
  const base = url.replace(/^http/, 'ws');
  const sockets = new Set<WebSocket>();

  return {
    open(path) {
      if (sockets.size >= most) return Promise.resolve(none);
      const askedAt = performance.now();
      const socket = new WebSocket(`${base}${path}`, { perMessageDeflate: false });
      sockets.add(socket);
      return new Promise((resolve) => {
        let isHeard = false;
        const channel: LiveChannel = {
          get isOpen() {
            return socket.readyState === WebSocket.OPEN;
          },
          close: () => socket.terminate(),
        };
        const timer = setTimeout(() => socket.terminate(), patienceMs);
        socket.on('message', (data: Buffer) => {
          counts.received(data.length);
          if (!board.takeFrame(data.toString())) socket.send(resync);
          if (isHeard) return;
          isHeard = true;
          clearTimeout(timer);
          counts.opened(performance.now() - askedAt);
          resolve(channel);
        });
        socket.on('error', () => {});
        socket.on('close', () => {
          clearTimeout(timer);
          sockets.delete(socket);
          resolve(none);
        });
      });
    },
    closeAll() {
      for (const socket of sockets) socket.terminate();
    },
  };
}
