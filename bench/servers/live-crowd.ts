// A crowd that watches one event by the live channel. Every socket takes every frame; one of many looks into them. What only takes
// them counts frames and does no more: a client library would cost the machine more than the server that is measured.
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveFrame } from '../../src/contract/live.ts';
import { createHistogram } from '../load/histogram.ts';
import { createFrameReader, pongOf, upgradeRequest } from '../load/web-socket.ts';
import { announce, answerReport, readSettings } from './child.ts';

/** What the crowd has seen. */
export interface CrowdReport {
  readonly frames: number;
  /** How long a frame is, on average. */
  readonly frameBytes: number;
  readonly gaps: number;
  /** Sockets that were closed or never opened. */
  readonly lost: number;
  /** The least that any of those who look saw sold. */
  readonly soldMin: number;
  /** From the making of a frame to whoever looks into it. */
  readonly p99Ms: number;
}

const lookEvery = 20;
const openAtOnce = 50;
/** Longer than a batch is waited for. */
const lastFramesMs = 1_500;

const { port, eventId, viewerCount } = readSettings<{ port: number; eventId: number; viewerCount: number }>();
const lateness = createHistogram();
const sold = new Map<number, number>();
let frames = 0;
let bytes = 0;
let gaps = 0;
let lost = 0;
const buffer = Buffer.alloc(65_536);

function open(viewer: number): Promise<void> {
  const looks = viewer % lookEvery === 0;
  let to = 0;
  const read = createFrameReader({
    onText(length, text) {
      frames += 1;
      bytes += length;
      if (!looks) return;
      const frame = JSON.parse(text()) as LiveFrame;
      // The first frame is as old as the last change, and late only by the time of whoever asked for it.
      if (frame.type === 'delta') lateness.record((Date.now() - Date.parse(frame.at)) * 1000);
      if (frame.type === 'delta' && frame.from > to) gaps += 1;
      to = frame.to;
      const [type] = frame.ticketTypes;
      if (type) sold.set(viewer, type.sold);
    },
    onPing: (payload) => void socket.write(pongOf(payload)),
    onOpen: () => opened.resolve(),
  });
  const opened = Promise.withResolvers<void>();
  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    // Of all sockets of this process: what is read is dealt with before anything else is.
    onread: {
      buffer,
      callback(length) {
        read(buffer.subarray(0, length));
        return true;
      },
    },
  });
  socket.write(upgradeRequest(`/api/events/${eventId}/live`));
  socket.on('error', () => {});
  socket.on('close', () => {
    lost += 1;
    opened.resolve();
  });
  return opened.promise;
}

for (let first = 0; first < viewerCount; first += openAtOnce) {
  const count = Math.min(openAtOnce, viewerCount - first);
  await Promise.all(Array.from({ length: count }, (_, i) => open(first + i)));
}
answerReport(async () => {
  await sleep(lastFramesMs);
  const soldMin = Math.min(...sold.values());
  return {
    frames,
    frameBytes: Math.round(bytes / frames),
    gaps,
    lost,
    soldMin,
    p99Ms: lateness.percentileMs(0.99),
  } satisfies CrowdReport;
});
announce(port);
