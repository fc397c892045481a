import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { createAnswerReader, type HttpAnswer } from './http-answer.ts';

/** What came back: an answer, or why there is none. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'broken'; readonly reason: string };

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The client stops waiting after this long and closes the connection. */
  readonly timeoutMs?: number;
}

export interface HttpClient {
  /** Never throws: a server that cannot be reached is an outcome of a rehearsal. */
  send(request: Request): Promise<Reply>;
  close(): void;
}

/** Longer than any server may take: it cuts requests off itself. */
const timeoutMsDefault = 60_000;
const answerBytesMax = 64 * 1024 * 1024;
// All plain connections read into the same memory: what is kept is copied in the turn in which it arrives.
const shared = Buffer.allocUnsafe(256 * 1024);

interface Job {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
  settle(reply: Reply): void;
  isSettled: boolean;
  /** It was lost once with a connection that had been idle. */
  wasLost: boolean;
}

/** One connection with at most one request in flight. */
interface Line {
  readonly socket: Socket;
  job: Job | null;
  reader: ReturnType<typeof createAnswerReader>;
  /** It has answered before: its server may close it at any time. */
  isUsed: boolean;
  error: string | null;
}

/**
 * An HTTP/1.1 client over at most `connectionsMax` kept-alive connections. More requests at once wait for one of them, in
 * their order, and their wait counts as latency. Written for load: a request costs about a fifth of one of `node:http`,
 * so that one core can play thousands of buyers without measuring itself.
 */
export function createHttpClient(url: string, connectionsMax: number): HttpClient {
  const base = new URL(url);
  const isSecure = base.protocol === 'https:';
  const host = base.hostname.replace(/^\[|\]$/g, '');
  const port = Number(base.port || (isSecure ? 443 : 80));
  const prefix = base.pathname.replace(/\/$/, '');
  const lines = new Set<Line>();
  const idle: Line[] = [];
  const waiting: Job[] = [];
  let waitingFrom = 0;
  let isClosed = false;

  function dispatch(job: Job): void {
    const line = idle.pop();
    if (line) write(line, job);
    else if (lines.size < connectionsMax) write(openLine(), job);
    else waiting.push(job);
  }

  function write(line: Line, job: Job): void {
    line.job = job;
    line.reader = createAnswerReader(answerBytesMax);
    line.socket.write(job.text, job.encoding);
  }

  function openLine(): Line {
    const onData = (bytes: Buffer) => receive(line, bytes);
    const socket: Socket = isSecure
      ? connectSecurely({ host, port, servername: host }).on('data', onData)
      : connect({
          host,
          port,
          noDelay: true,
          onread: {
            buffer: shared,
            callback(size, memory) {
              onData(Buffer.from((memory as Buffer).subarray(0, size)));
              return true;
            },
          },
        });
    const line: Line = { socket, job: null, reader: createAnswerReader(answerBytesMax), isUsed: false, error: null };
    lines.add(line);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      line.error = error.code ?? error.message;
    });
    socket.on('close', () => lost(line));
    return line;
  }

  function receive(line: Line, bytes: Buffer): void {
    if (!line.job) return;
    let answer: ReturnType<typeof line.reader.add>;
    try {
      answer = line.reader.add(bytes);
    } catch (error) {
      line.socket.destroy(error as Error);
      return;
    }
    if (!answer) return;
    const { job } = line;
    line.job = null;
    line.isUsed = true;
    if (answer.keepsAlive) next(line);
    else line.socket.destroy();
    job.settle({ kind: 'answer', answer });
  }

  function next(line: Line): void {
    while (waitingFrom < waiting.length) {
      const job = waiting[waitingFrom++]!;
      if (waitingFrom > 1_000 && waitingFrom * 2 > waiting.length) {
        waiting.splice(0, waitingFrom);
        waitingFrom = 0;
      }
      if (!job.isSettled) return write(line, job);
    }
    idle.push(line);
  }

  function lost(line: Line): void {
    lines.delete(line);
    const at = idle.indexOf(line);
    if (at >= 0) idle.splice(at, 1);
    const { job, reader, isUsed, error } = line;
    line.job = null;
    if (job && !job.isSettled) {
      const answer = reader.end();
      // The server closed an idle connection in the moment it was used again: it read nothing, so it may be sent anew.
      const isStale = isUsed && reader.isEmpty && !job.wasLost;
      if (answer) job.settle({ kind: 'answer', answer });
      else if (isStale && !isClosed) {
        job.wasLost = true;
        dispatch(job);
      } else job.settle({ kind: 'broken', reason: error ?? 'connection closed' });
    }
    if (!isClosed && waitingFrom < waiting.length && lines.size < connectionsMax) {
      const fresh = openLine();
      next(fresh);
    }
  }

  return {
    send({ method, path, headers = {}, body, timeoutMs = timeoutMsDefault }) {
      const json = body === undefined ? '' : JSON.stringify(body);
      const length = Buffer.byteLength(json);
      let text = `${method} ${prefix}${path} HTTP/1.1\r\nHost: ${base.host}\r\n`;
      for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
      text +=
        body === undefined ? '\r\n' : `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${json}`;
      return new Promise((resolve) => {
        const job: Job = {
          text,
          encoding: length === json.length ? 'latin1' : 'utf8',
          isSettled: false,
          wasLost: false,
          settle(reply) {
            if (job.isSettled) return;
            job.isSettled = true;
            clearTimeout(timer);
            resolve(reply);
          },
        };
        const timer = setTimeout(() => {
          job.settle({ kind: 'timeout' });
          for (const line of lines) if (line.job === job) line.socket.destroy();
        }, timeoutMs);
        dispatch(job);
      });
    },
    close() {
      isClosed = true;
      for (const line of lines) line.socket.destroy();
    },
  };
}
