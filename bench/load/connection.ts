import { connect, type Socket } from 'node:net';
import { readAnswer } from './answer.ts';

/** One keep-alive connection with at most one request in flight. */
export interface Connection {
  /** Sends a whole request. Must not be called while one is in flight. */
  send(request: string): void;
  close(): void;
}

/** What a connection reports. `body` is only valid during the call, and empty unless `keepBody`. */
export interface ConnectionEvents {
  answered(status: number, body: Buffer, head: string): void;
  /** The socket broke; `inFlight` says whether a request was lost with it. The connection is of no more use. */
  broken(inFlight: boolean): void;
}

const nothing = Buffer.alloc(0);
// All sockets read into the same memory: an answer is read to its end in the turn in which it arrives.
const shared = Buffer.allocUnsafe(256 * 1024);

/**
 * Opens a connection to a local server. On two cores the generator takes its time from the server, so this client does
 * the least that HTTP/1.1 keep-alive allows: it writes prepared text, and reads status, length and (when asked) body.
 * Measured: three fifths of the CPU of the bare `node:http` server that answers it.
 */
export function openConnection(port: number, keepBody: boolean, events: ConnectionEvents): Promise<Connection> {
  let pending: Buffer = nothing;
  let bodyLeft = 0;
  let status = 0;
  let inFlight = false;

  function finish(body: Buffer, head: string): void {
    inFlight = false;
    events.answered(status, body, head);
  }

  function receive(size: number, memory: Uint8Array): boolean {
    if (bodyLeft > 0 && !keepBody) {
      bodyLeft -= size;
      if (bodyLeft <= 0) finish(nothing, '');
      return true;
    }
    const fresh = (memory as Buffer).subarray(0, size);
    const bytes = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
    const answer = readAnswer(bytes);
    const left = answer ? answer.end - bytes.length : 1;
    if (answer && left > 0 && !keepBody && answer.end !== Number.POSITIVE_INFINITY) {
      status = answer.status;
      bodyLeft = left;
      pending = nothing;
    } else if (left > 0) {
      pending = pending.length === 0 ? Buffer.from(bytes) : bytes;
    } else {
      status = answer!.status;
      pending = nothing;
      finish(keepBody ? answer!.body(bytes) : nothing, answer!.head);
    }
    return true;
  }

  return new Promise((opened, failed) => {
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: shared, callback: receive },
    });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      socket.on('error', () => {});
      socket.once('close', () => events.broken(inFlight));
      opened({
        send(request) {
          inFlight = true;
          socket.write(request, 'latin1');
        },
        close: () => socket.destroy(),
      });
    });
  });
}
