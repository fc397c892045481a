import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer that came whole. */
export interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** A hold that its buyer has kept, to see later whether it still is. */
export interface KeptHold {
  readonly eventId: number;
  readonly reservationId: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
}

/** Whoever hears 503, or that it is not known yet (202), comes back after this, and gives up after that. */
const comeBackMs = 200;
const patienceMs = 90_000;

/** Whether whoever hears it is to come back. */
const comesBack = ({ status, text }: WireAnswer) =>
  status === 202 || status === 503 || (status === 409 && text.includes('IDEMPOTENCY_IN_FLIGHT'));

/** What a crowd has seen. */
export interface CrowdReport {
  /** Requests that were answered as they should be. */
  readonly good: number;
  /** Whatever else came: what was asked, and the answer or the error. */
  readonly failed: readonly string[];
  /** Requests that were sent again after their connection had ended without an answer: one that was kept open, or a new one. */
  readonly sentAgain: { readonly kept: number; readonly fresh: number };
  /** Answers 503 and 202 after which the buyer came back, as they say. */
  readonly turnedAway: readonly string[];
  /** Those of them that did not say when to. */
  readonly withoutRetryAfter: readonly string[];
  /** The slowest of them, in milliseconds. */
  readonly slowestTurnedAwayMs: number;
  /** Holds that are not there any more: those of the last moment of a process that lost its events. */
  readonly lost: readonly string[];
  /** The slowest good answer, in milliseconds. */
  readonly slowestMs: number;
  readonly kept: readonly KeptHold[];
  readonly bought: number;
}

export interface Crowd {
  /** Whether so many requests were answered since the start. */
  readonly good: number;
  /** The slowest answer since this was asked the last time. */
  slowestSince(): number;
  /** Lets everybody finish what they have begun, and answers what they have seen. */
  leave(): Promise<CrowdReport>;
}

/** A client with one connection that it keeps, by the usual rules: what may be sent twice is sent again, once, when a connection ends without an answer. */
export function keepAliveClient(onSentAgain: (how: 'kept' | 'fresh') => void = () => {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  function once(url: string, method: string, headers: Record<string, string>, body: string | undefined) {
    return new Promise<WireAnswer>((done, fail) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = request(url, { agent, method, headers: { ...type, ...length, ...headers }, timeout: 20_000 });
      sent.once('timeout', () => sent.destroy(new Error('no answer within 20 s')));
      sent.once('error', (error) => fail(Object.assign(error, { wasKept: sent.reusedSocket })));
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('error', fail);
        response.once('end', () =>
          done({ status: response.statusCode!, text, retryAfter: response.headers['retry-after'] }),
        );
      });
      sent.end(body);
    });
  }
  return {
    async ask(
      urlOf: () => string,
      path: string,
      { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: object } = {},
    ): Promise<WireAnswer> {
      const text = body && JSON.stringify(body);
      try {
        return await once(`${urlOf()}${path}`, method, headers, text);
      } catch (error) {
        const { code, wasKept } = error as Error & { code?: string; wasKept?: boolean };
        if (code !== 'ECONNRESET' && code !== 'ECONNREFUSED' && code !== 'EPIPE') throw error;
        onSentAgain(wasKept ? 'kept' : 'fresh');
        return once(`${urlOf()}${path}`, method, headers, text);
      }
    },
    end: () => agent.destroy(),
  };
}

/**
 * Buyers who go on buying until they are asked to leave: each holds a ticket of an event in turn, looks at it, and then buys
 * it, gives it back or keeps it. Each has one connection that it keeps.
 */
export function startCrowd(parts: {
  /** The address that the next request goes to. */
  readonly urlOf: () => string;
  readonly eventIds: readonly number[];
  readonly buyers: number;
  readonly pauseMs: number;
  /** Some of those who buy pay by a card that is declined, then by another. */
  readonly declinedFirst?: boolean;
  /** Whether a hold may be lost with the process that granted it. */
  readonly mayLose?: boolean;
}): Crowd {
  const { urlOf, eventIds, buyers, pauseMs, declinedFirst = false, mayLose = false } = parts;
  const failed: string[] = [];
  const kept: KeptHold[] = [];
  const turnedAway: string[] = [];
  const withoutRetryAfter: string[] = [];
  const lost: string[] = [];
  let slowestTurnedAwayMs = 0;
  const sentAgain = { kept: 0, fresh: 0 };
  let good = 0;
  let bought = 0;
  let slowestMs = 0;
  let slowestSince = 0;
  let isOver = false;

  async function live(buyer: number): Promise<void> {
    const client = keepAliveClient((how) => {
      sentAgain[how] += 1;
    });
    async function ask(path: string, expected: number, options: Parameters<typeof client.ask>[2] = {}) {
      const startedAt = performance.now();
      async function once(): Promise<WireAnswer> {
        const sentAt = performance.now();
        const answer = await client.ask(urlOf, path, options);
        if (comesBack(answer)) slowestTurnedAwayMs = Math.max(slowestTurnedAwayMs, performance.now() - sentAt);
        return answer;
      }
      try {
        let answer = await once();
        while (comesBack(answer) && performance.now() - startedAt < patienceMs) {
          turnedAway.push(`${options.method ?? 'GET'} ${path}: ${answer.text}`);
          if (answer.status === 503 && answer.retryAfter === undefined) withoutRetryAfter.push(turnedAway.at(-1)!);
          await sleep(comeBackMs);
          answer = await once();
        }
        if (mayLose && answer.status === 404 && answer.text.includes('RESERVATION_UNKNOWN')) {
          lost.push(path);
          return null;
        }
        const ms = performance.now() - startedAt;
        if (answer.status === expected) {
          good += 1;
          slowestMs = Math.max(slowestMs, ms);
          slowestSince = Math.max(slowestSince, ms);
          return JSON.parse(answer.text || 'null') as Record<string, string>;
        }
        failed.push(`${options.method ?? 'GET'} ${path}: ${answer.status} after ${Math.round(ms)} ms ${answer.text}`);
      } catch (error) {
        failed.push(`${options.method ?? 'GET'} ${path}: ${error}`);
      }
      return null;
    }
    for (let turn = buyer; !isOver; turn++) {
      const eventId = eventIds[turn % eventIds.length]!;
      const held = await ask('/api/tickets/reserve', 201, {
        method: 'POST',
        headers: { 'idempotency-key': randomBytes(16).toString('base64url') },
        body: { eventId, quantity: 1 },
      });
      if (held) {
        const { reservationId = '', sessionToken = '', expiresAt = '' } = held;
        const headers = { 'x-session-token': sessionToken };
        await ask(`/api/tickets/reservation/${reservationId}`, 200, { headers });
        if (turn % 5 === 0) kept.push({ eventId, reservationId, sessionToken, expiresAt });
        else if (turn % 5 === 1) {
          await ask(`/api/tickets/reservation/${reservationId}`, 200, { method: 'DELETE', headers });
        } else {
          const body = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
          if (declinedFirst && turn % 5 === 3) {
            const declined = { ...body, payment: { provider: 'sandbox', token: 'tok_declined' } };
            const keyed = { ...headers, 'idempotency-key': `${reservationId}-declined` };
            await ask('/api/tickets/purchase', 402, { method: 'POST', headers: keyed, body: declined });
          }
          const keyed = { ...headers, 'idempotency-key': reservationId };
          if (await ask('/api/tickets/purchase', 201, { method: 'POST', headers: keyed, body })) bought += 1;
        }
      }
      await sleep(pauseMs);
    }
    client.end();
  }

  const living = Promise.all(Array.from({ length: buyers }, (_, buyer) => live(buyer)));
  return {
    get good() {
      return good;
    },
    slowestSince() {
      const slowest = slowestSince;
      slowestSince = 0;
      return Math.round(slowest);
    },
    async leave() {
      isOver = true;
      await living;
      const slowest = { slowestMs: Math.round(slowestMs), slowestTurnedAwayMs: Math.round(slowestTurnedAwayMs) };
      return { good, failed, sentAgain, turnedAway, withoutRetryAfter, lost, ...slowest, kept, bought };
    },
  };
}
