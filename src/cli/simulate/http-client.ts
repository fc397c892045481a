import http from 'node:http';
import https from 'node:https';

/** What came back: an answer, or why there is none. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: http.IncomingHttpHeaders;
      /** The parsed JSON; null if it is none. */
      readonly body: unknown;
    }
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

/**
 * An HTTP client over at most `connectionsMax` kept-alive connections. More requests at once wait for one of them, and
 * their wait counts as latency.
 */
export function createHttpClient(url: string, connectionsMax: number): HttpClient {
  const base = new URL(url);
  const { Agent, request: start } = base.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, maxFreeSockets: connectionsMax });
  const prefix = base.pathname.replace(/\/$/, '');

  function sendOnce({ method, path, headers, body, timeoutMs = timeoutMsDefault }: Request) {
    return new Promise<{ reply: Reply; isStale: boolean }>((resolve) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const request = start({
        agent,
        host: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (base.protocol === 'https:' ? 443 : 80),
        method,
        path: prefix + path,
        headers: {
          ...headers,
          ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      });
      const timer = setTimeout(() => settle({ kind: 'timeout' }), timeoutMs);
      let settled = false;
      function settle(reply: Reply, isStale = false): void {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        if (reply.kind === 'timeout') request.destroy();
        resolve({ reply, isStale });
      }
      request.on('error', (error: NodeJS.ErrnoException) =>
        settle({ kind: 'broken', reason: error.code ?? error.message }, request.reusedSocket),
      );
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > answerBytesMax) request.destroy(new Error('the answer is too large'));
          parts.push(part);
        });
        response.on('error', (error) => settle({ kind: 'broken', reason: error.message }));
        response.on('end', () => {
          const { statusCode: status = 0, headers: answered } = response;
          settle({ kind: 'answer', status, headers: answered, body: parseJson(Buffer.concat(parts)) });
        });
      });
      request.end(text);
    });
  }

  return {
    async send(request) {
      const { reply, isStale } = await sendOnce(request);
      // The server closed an idle connection in the moment it was used again: nothing was read, so it may be sent anew.
      return isStale && reply.kind === 'broken' ? (await sendOnce(request)).reply : reply;
    },
    close: () => agent.destroy(),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}
