import type { FastifyReply, FastifyRequest, preSerializationHookHandler, RouteOptions } from 'fastify';
import { varyBy } from '../../contract/prepared-pages.ts';

/** How long what anybody may see may be kept. */
const keptSeconds = 60;

/**
 * What reads say beside their answer, made of what their route says: how long it may be kept (`config.keep`), and, where a list goes
 * on, the address of its next page. Undefined if there is nothing to say.
 */
export function readAnswerHook({ method, config, schema }: RouteOptions): preSerializationHookHandler | undefined {
  if (method !== 'GET') return undefined;
  // What takes a right or an account is nobody else's.
  const keep = config?.keep ?? (config?.access === 'public' ? undefined : 'never');
  const query = schema?.querystring as { properties?: Record<string, unknown> } | undefined;
  const isPaged = query?.properties?.cursor !== undefined;
  if (keep === undefined && !isPaged) return undefined;
  return (request, reply, payload, done) => {
    if (reply.statusCode === 200) {
      if (keep !== undefined) sayHowLong(request, reply, keep);
      if (isPaged) linkNext(request, reply, payload);
    }
    done(null, payload);
  };
}

/**
 * Anybody may keep what is answered to the public. Staff may see more and want it as it is; of a buyer's answers only its own
 * browser keeps any.
 */
function sayHowLong({ headers }: FastifyRequest, reply: FastifyReply, keep: 'shared' | 'never'): void {
  if (reply.hasHeader('cache-control')) return;
  varyBy(reply, 'authorization');
  const isKnown = headers['x-session-token'] !== undefined || /onsale_(?:session|refresh)=/.test(headers.cookie ?? '');
  if (keep === 'never' || headers.authorization !== undefined) reply.header('cache-control', 'private, no-cache');
  else reply.header('cache-control', `${isKnown ? 'private' : 'public'}, max-age=${keptSeconds}`);
}

/** RFC 8288. */
function linkNext({ url }: FastifyRequest, reply: FastifyReply, payload: unknown): void {
  const cursor = (payload as { readonly nextCursor?: unknown } | null)?.nextCursor;
  if (typeof cursor !== 'string') return;
  const [path, asked = ''] = url.split('?', 2);
  const query = new URLSearchParams(asked);
  query.set('cursor', cursor);
  reply.header('link', `<${path}?${query}>; rel="next"`);
}
