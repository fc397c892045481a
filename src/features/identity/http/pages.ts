import type { FastifyPluginAsync } from 'fastify';

/**
 * Where links in mails of earlier versions lead. The token stands behind the # of the address, which browsers take along to
 * where they are sent.
 */
export const oldAccountPages: FastifyPluginAsync = async (app) => {
  const config = { access: 'public' } as const;
  for (const page of ['verify', 'reset', 'invitation']) {
    app.get(`/account/${page}`, { config, schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'no-store').redirect(`/${page}`, 302),
    );
  }
};
