// A crowd that watches one event by the live channel. Every socket takes every frame; one of many looks into them.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LiveFrame } from '../../src/contract/live.ts';
import { createHistogram } from '../load/histogram.ts';
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

function open(viewer: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events/${eventId}/live`, { perMessageDeflate: false });
  let to = 0;
  socket.on('message', (data) => {
    frames += 1;
    bytes += (data as Buffer).length;
    if (viewer % lookEvery !== 0) return;
    const frame = JSON.parse(String(data)) as LiveFrame;
    lateness.record((Date.now() - Date.parse(frame.at)) * 1000);
    if (frame.type === 'delta' && frame.from > to) gaps += 1;
    to = frame.to;
    const [type] = frame.ticketTypes;
    if (type) sold.set(viewer, type.sold);
  });
  socket.on('error', () => {});
  socket.on('close', () => (lost += 1));
  return new Promise((done) => {
    socket.once('open', () => done());
    socket.once('close', () => done());
  });
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
