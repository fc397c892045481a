import type { FastifyReply, FastifyRequest, preSerializationHookHandler, RouteOptions } from 'fastify';
import { sayHowLong } from '../../platform/http/prepared-pages.ts';

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

/** RFC 8288. */
function linkNext({ url }: FastifyRequest, reply: FastifyReply, payload: unknown): void {
  const cursor = (payload as { readonly nextCursor?: unknown } | null)?.nextCursor;
  if (typeof cursor !== 'string') return;
  const [path, asked = ''] = url.split('?', 2);
  const query = new URLSearchParams(asked);
  query.set('cursor', cursor);
  reply.header('link', `<${path}?${query}>; rel="next"`);
}
