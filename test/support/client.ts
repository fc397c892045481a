import type { InjectOptions } from 'fastify';

/** An answer as it came over the wire. */
export interface Reply {
  readonly status: number;
  /** The body as it went over the wire. */
  readonly text: string;
  /** The body as JSON says it; null if there is none, undefined if it is something else. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the answer holds
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** What tests say to an Onsale, wherever it runs. An object is sent as JSON; a text as it is, with the type its headers name. */
export interface TestClient {
  send(method: Method, url: string, headers?: object, payload?: object | string | Buffer): Promise<Reply>;
}

interface Injectable {
  inject(request: InjectOptions): Promise<{ statusCode: number; body: string; headers: Reply['headers'] }>;
}

/** Speaks to an app of this process, without a port. */
export function createInjectedClient(app: Injectable): TestClient {
  return {
    async send(method, url, headers = {}, payload) {
      const request = { method, url, headers: { ...headers }, ...(payload !== undefined && { payload }) };
      const { statusCode, body, headers: answered } = await app.inject(request as InjectOptions);
      return toReply(statusCode, body, answered);
    },
  };
}

/** Speaks to whatever listens at `baseUrl`. */
export function createUrlClient(baseUrl: string): TestClient {
  return {
    async send(method, url, headers = {}, payload) {
      const isJson = payload !== undefined && typeof payload !== 'string' && !Buffer.isBuffer(payload);
      const answer = await fetch(new URL(url, baseUrl), {
        method,
        headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
        redirect: 'manual',
        ...(payload !== undefined && { body: isJson ? JSON.stringify(payload) : (payload as string) }),
      });
      // Not text(): it would take the mark away that begins a CSV.
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
      return toReply(answer.status, text, readHeaders(answer.headers));
    },
  };
}

function toReply(status: number, text: string, headers: Reply['headers']): Reply {
  return { status, text, body: readBody(text), headers };
}

function readBody(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As they are injected: several cookies as a list. */
function readHeaders(headers: Headers): Reply['headers'] {
  const cookies = headers.getSetCookie();
  return {
    ...Object.fromEntries(headers),
    ...(cookies.length > 0 && { 'set-cookie': cookies.length === 1 ? cookies[0]! : cookies }),
  };
}
