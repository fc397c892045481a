import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemKind } from '../../contract/problems.ts';
import { problemBody } from './errors.ts';
import { readRequestId } from './request-id.ts';

/** How long what a client still sends is read and thrown away, so that it gets to read our answer. */
const lingerMs = 1_000;

/**
 * Answers what cannot be read as HTTP at all (headers of 64 kB, noise, half a request) with problem+json, and closes the
 * connection. Closing with unread data resets it, and the client never sees why: so the rest is read and dropped.
 */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOf(error.code);
  const { status } = problemKind(code);
  const requestId = readRequestId(undefined);
  const body = problemBody({ code }, requestId);
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-content-type-options: nosniff\r\nx-request-id: ${requestId}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function codeOf(parserCode: string | undefined) {
  if (parserCode === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  return parserCode === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TOO_SLOW' : 'REQUEST_INVALID';
}
