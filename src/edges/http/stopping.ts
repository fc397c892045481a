import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerHeaders } from './answer-headers.ts';
import { languageFor, problemBody, problemType } from './errors.ts';
import { readRequestId } from './request-id.ts';

/**
 * Answers whoever asks for a socket over an open connection while the server stops: 503, to ask for it elsewhere or again, and the
 * connection ends.
 */
export function answerStopping(request: IncomingMessage, response: ServerResponse, answerHeaders: AnswerHeaders): void {
  const requestId = readRequestId(request.headers['x-request-id']);
  const language = languageFor(request);
  const body = problemBody({ code: 'UNAVAILABLE' }, requestId, language);
  response.writeHead(503, [
    ...['content-type', problemType, 'content-length', String(Buffer.byteLength(body)), 'retry-after', '1'],
    ...['connection', 'close', 'x-request-id', requestId, 'content-language', language],
    ...answerHeaders.for(request.headers),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** How often it is looked whether connections are left. */
const lookMs = 20;

/**
 * Takes no new connections, and lets those that there are send a last request: each answer says that its connection ends (the
 * entry sees to that). For a process that others go on after: who sends over a connection that is just being closed would
 * else hear nothing. Resolves when none is left, after `withinMs` at the latest; those that nobody used are closed by the stop.
 */
export async function answerLast(server: Server, withinMs: number): Promise<void> {
  // Not `server.close()`, which closes idle connections at once.
  NetServer.prototype.close.call(server);
  const count = () => new Promise<number>((done) => server.getConnections((_error, open) => done(open ?? 0)));
  for (let waitedMs = 0; waitedMs < withinMs && (await count()) > 0; waitedMs += lookMs) await sleep(lookMs);
}
