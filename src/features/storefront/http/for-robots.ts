import type { FastifyInstance } from 'fastify';
import { Refused } from '../../../platform/http/refused.ts';
import { robots, sitemapFile, sitemapIndex } from '../domain/sitemap.ts';
import type { StorefrontSources } from '../ports.ts';

const keptFor = 'public, max-age=3600';
const xml = 'application/xml; charset=utf-8';

/** `robots.txt` and the sitemap: which addresses there are, and which of them are nobody's business. */
export function robotsRoutes({
  sources,
  baseUrl,
}: {
  readonly sources: StorefrontSources;
  readonly baseUrl: () => string;
}) {
  const config = { access: 'public' } as const;
  const schema = { hide: true };
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/robots.txt', { config, schema }, async (_request, reply) =>
      reply.header('cache-control', keptFor).type('text/plain; charset=utf-8').send(robots(baseUrl())),
    );
    app.get('/sitemap.xml', { config, schema }, async (_request, reply) => {
      const shows = (await sources.sitemapFiles()).map((file) => `sitemap-shows-${file}.xml`);
      const text = sitemapIndex(baseUrl(), ['sitemap-organizers.xml', ...shows]);
      return reply.header('cache-control', keptFor).type(xml).send(text);
    });
    app.get('/sitemap-organizers.xml', { config, schema }, async (_request, reply) => {
      const paths = [{ path: '/' }, ...(await sources.publicOrganizers()).map((slug) => ({ path: `/o/${slug}` }))];
      return reply.header('cache-control', keptFor).type(xml).send(sitemapFile(baseUrl(), paths));
    });
    app.get<{ Params: { file: string } }>(
      '/sitemap-shows-:file.xml',
      { config: { ...config, ids: { file: null }, problems: ['NOT_FOUND'] }, schema },
      async (request, reply) => {
        const file = Number(request.params.file);
        if (!Number.isSafeInteger(file) || file < 0) throw new Refused({ code: 'NOT_FOUND' });
        const shows = await sources.publicShows(file);
        if (shows.length === 0) throw new Refused({ code: 'NOT_FOUND' });
        const entries = shows.map(({ eventId, slug, updatedAt }) => {
          return { path: `/e/${eventId}/${encodeURIComponent(slug)}`, updatedAt };
        });
        return reply.header('cache-control', keptFor).type(xml).send(sitemapFile(baseUrl(), entries));
      },
    );
  };
}
