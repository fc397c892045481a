import type { FastifyInstance } from 'fastify';
import { Refused } from '../../../platform/http/refused.ts';
import type { WebApp } from '../../../platform/web-app/web-app.ts';

/** `/assets/<name>`: scripts, styles and fonts. Their names hold a hash of what they are, so they may be kept for good. */
export function assetRoutes({ webApp }: { readonly webApp: WebApp }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Params: { name: string } }>(
      '/assets/:name',
      {
        config: { access: 'public', ids: { name: null }, problems: ['NOT_FOUND'] },
        schema: { hide: true },
      },
      async (request, reply) => {
        const file = await webApp.asset(request.params.name, String(request.headers['accept-encoding'] ?? ''));
        if (!file) throw new Refused({ code: 'NOT_FOUND' });
        if (file.encoding) reply.header('content-encoding', file.encoding);
        return reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .header('vary', 'accept-encoding')
          .type(file.type)
          .send(file.body);
      },
    );
  };
}
