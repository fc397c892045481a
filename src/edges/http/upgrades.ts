import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { onRequestHookHandler } from 'fastify';
import { Refused } from '../../platform/http/refused.ts';
import { noteUpgrade, upgradeOf } from '../../platform/http/upgrade.ts';
import { isSameOrigin } from './identify-caller.ts';

/** Whether a request is taken as one for a WebSocket; who offers another protocol (`h2c`) is answered as if it had not. */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Lets requests for a WebSocket in by the same way as all others: to hear of limits, of schemas and of problems in the same
 * words. A route takes the connection over; one that does not answers it by HTTP, and the connection ends.
 */
export function routeUpgrades(server: Server, enter: RequestListener): void {
  server.on('upgrade', (request, stream, head) => {
    // Of a server it is always the connection itself.
    const socket = stream as Socket;
    // Asked for behind a request that is not answered yet: Node has one answer for a connection at a time, and throws.
    if ((socket as { _httpMessage?: unknown })._httpMessage) return void socket.destroy();
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    noteUpgrade(request, { socket, head, response });
    enter(request, response);
  });
}

/**
 * Refuses a WebSocket to the page of somebody else: no rule of browsers keeps such a page from reading what comes. Programs
 * name no origin.
 */
export function refuseForeignPages(parts: {
  readonly ownOrigins: ReadonlySet<string>;
  /** Pages of all origins may read what anybody may. */
  readonly isOpenToAll: boolean;
}): onRequestHookHandler {
  const { ownOrigins, isOpenToAll } = parts;
  return ({ raw }, _reply, done) => {
    const isForeign =
      upgradeOf(raw) !== undefined &&
      raw.headers.origin !== undefined &&
      !isOpenToAll &&
      !isSameOrigin(raw.headers, ownOrigins);
    done(isForeign ? new Refused({ code: 'ORIGIN_FOREIGN' }) : undefined);
  };
}
