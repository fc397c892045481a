// The floor of the live channel: frames of a size, written to every socket by nothing but Node, as often as the product does.
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { frameText } from '../../src/platform/web-sockets/text-frame.ts';
import { announce, answerReport, readSettings } from './child.ts';

/** What writing to the sockets that were there has cost. */
export interface FeedReport {
  readonly cpuMicrosPerFrame: number;
}

const atOnce = 100;

const { frameBytes, everyMs, seconds } = readSettings<{ frameBytes: number; everyMs: number; seconds: number }>();
const sockets = new Set<Socket>();
const upgrading = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
const server = createServer();
server.on('upgrade', (request, stream, head) => {
  const socket = stream as Socket;
  upgrading.handleUpgrade(request, socket, head, () => sockets.add(socket.setNoDelay(true)));
  socket.on('close', () => sockets.delete(socket));
});

async function writeToAll(): Promise<number> {
  const empty = { type: 'delta', at: new Date().toISOString(), from: 0, to: 0, ticketTypes: [] };
  const { bytes } = frameText(JSON.stringify(empty).padEnd(frameBytes));
  let written = 0;
  for (const socket of sockets) {
    socket.write(bytes);
    written += 1;
    if (written % atOnce === 0) await new Promise<void>((done) => setImmediate(done));
  }
  return written;
}

answerReport(async () => {
  const begunAt = performance.now();
  const before = process.cpuUsage();
  let frames = 0;
  while (performance.now() - begunAt < seconds * 1000) {
    const roundAt = performance.now();
    frames += await writeToAll();
    await sleep(Math.max(0, everyMs - (performance.now() - roundAt)));
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMicrosPerFrame: (user + system) / frames } satisfies FeedReport;
});
server.listen(0, '127.0.0.1', () => announce((server.address() as { port: number }).port));
