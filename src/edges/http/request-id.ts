import { randomUUID } from 'node:crypto';

/** The correlation id of a request: what its `X-Request-Id` says if that can be logged and sent back, else a new one. */
export function readRequestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:+/=-]{1,128}$/.test(header) ? header : randomUUID();
}
