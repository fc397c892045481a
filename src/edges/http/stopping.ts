import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerHeaders } from './answer-headers.ts';
import { languageFor, problemBody, problemType } from './errors.ts';
import { readRequestId } from './request-id.ts';

/**
 * Answers what still comes in on an open connection while the server stops: 503, for whoever sent it to send it elsewhere or
 * again, and the connection ends.
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
