import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Value } from 'typebox/value';
import { WebSocket } from 'ws';
import type { AvailabilityAnswer } from '../../src/contract/inventory.ts';
import { type LiveFrame, LiveFrameSchema } from '../../src/contract/live.ts';
import type { TestApp } from './app.ts';

/** What somebody sees who does with the frames as a page does. */
export interface Seen {
  version: string;
  epoch: string;
  to: number;
  states: string[];
  availableCapacity: number;
  nextExpiryAt: string | null;
  ticketTypes: Map<number, LiveFrame['ticketTypes'][number]>;
}

/** Applies a frame; answers null if it leaves a gap. */
export function applyFrame(seen: Seen | null, frame: LiveFrame): Seen | null {
  const { version, epoch, to, availableCapacity, nextExpiryAt } = frame;
  const numbers = new Map(frame.ticketTypes.map((type) => [type.ticketTypeId, type]));
  if (frame.type === 'snapshot') {
    return { version, epoch, to, availableCapacity, nextExpiryAt, states: [...frame.states], ticketTypes: numbers };
  }
  if (seen === null || seen.epoch !== epoch || frame.from > seen.to) return null;
  const states = [...seen.states];
  for (const [first, letters] of frame.changes as [number, string][]) {
    while (states.length < first) states.push('-');
    for (const [i, letter] of [...letters].entries()) states[first + i] = letter;
  }
  const ticketTypes = new Map([...seen.ticketTypes, ...numbers]);
  return { version, epoch, to, availableCapacity, nextExpiryAt, states, ticketTypes };
}

/** What `/seats` and `/availability` say, in the same form. */
export async function poll({ client }: Pick<TestApp, 'client'>, eventId: number) {
  const seats = (await client.send('GET', `/api/events/${eventId}/seats`)).body;
  const availability = (await client.send('GET', `/api/events/${eventId}/availability`)).body;
  return {
    version: seats.version,
    states: seats.states,
    availableCapacity: availability.availableCapacity,
    // When the next hold of a type may lapse only the availability says; a frame says it of the show.
    ticketTypes: availability.ticketTypes.map(
      ({ nextExpiryAt: _, nextExpiryInSeconds: __, ...numbers }: AvailabilityAnswer['ticketTypes'][number]) => numbers,
    ),
  };
}

/** What was seen, in the form of {@link poll}. */
export function pollOf({ version, states, availableCapacity, ticketTypes }: Seen) {
  return { version, states: states.join(''), availableCapacity, ticketTypes: [...ticketTypes.values()] };
}

/** Somebody who watches an event, by a real socket. Every frame is checked against its schema. */
export async function watchLive(
  testApp: Pick<TestApp, 'address'>,
  eventId: number,
  { since, headers = {} }: { readonly since?: string; readonly headers?: Record<string, string> } = {},
) {
  const address = (await testApp.address()).replace('http', 'ws');
  const query = since === undefined ? '' : `?since=${since}`;
  const socket = new WebSocket(`${address}/api/events/${eventId}/live${query}`, { headers });
  const frames: LiveFrame[] = [];
  let heard: () => void = () => {};
  let seen: Seen | null = null;
  let end: { readonly code: number; readonly reason: string } | null = null;
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as LiveFrame;
    assert(Value.Check(LiveFrameSchema, frame), String(data));
    frames.push(frame);
    seen = applyFrame(seen, frame);
    heard();
  });
  socket.on('error', () => {});
  socket.on('close', (code, reason) => {
    end = { code, reason: String(reason) };
    heard();
  });
  async function until<T>(look: () => T | null | undefined | false, what: string): Promise<T> {
    for (const last = performance.now() + 10_000; ; ) {
      const found = look();
      if (found) return found;
      if (performance.now() > last) throw new Error(`${what}: not within 10 s; ${JSON.stringify(frames).slice(-400)}`);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, 50);
        heard = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }
  await once(socket, 'open');
  await until(() => frames.length > 0, 'a first frame');
  return {
    socket,
    frames,
    get seen(): Seen | null {
      return seen;
    },
    /** Waits until frames have brought it that far. */
    sees: (is: (now: Seen) => boolean, what: string) => until(() => (seen && is(seen) ? seen : null), what),
    /** Waits for a frame after so many. */
    frameAfter: (count: number) => until(() => frames[count], `frame ${count + 1}`),
    /** Waits until the server has closed it. */
    closed: () => until(() => end, 'its end'),
    async leave() {
      socket.close();
      await until(() => end, 'its end');
    },
  };
}

/** The answer to an upgrade that is refused. */
export async function refusedLive(
  testApp: Pick<TestApp, 'address'>,
  path: string,
  headers: Record<string, string> = {},
  protocolVersion = 13,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: { code: string; [fact: string]: unknown } }> {
  const address = (await testApp.address()).replace('http', 'ws');
  const socket = new WebSocket(`${address}${path}`, { headers, protocolVersion });
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    socket.on('unexpected-response', (_request, response) => done(response));
    socket.on('open', () => fail(new Error(`${path} was opened`)));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  socket.on('error', () => {});
  socket.terminate();
  return {
    status: answer.statusCode!,
    headers: answer.headers,
    body: JSON.parse(Buffer.concat(chunks).toString()),
  };
}
