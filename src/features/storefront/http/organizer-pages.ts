import type { FastifyInstance } from 'fastify';
import type { PageFacts } from '../domain/document.ts';
import { readyPage, sendReady, textFiles, type ViewFiles } from './answer-page.ts';
import { organizerBody } from './organizer-body.ts';
import { languageOf, type MissingPage, type PageParts, shared } from './page-parts.ts';
import { words } from './words.ts';

const organizerViews: ViewFiles = (language) => ['shop/organizer/organizer-view.tsx', ...textFiles(language)];
const legalViews: ViewFiles = (language) => ['shop/organizer/legal-view.tsx', ...textFiles(language)];
const kinds = ['imprint', 'terms', 'privacy'] as const;

/** `/o/:slug`: who sells, and what the law wants it to say. */
export function organizerPageRoutes({ webApp, sources, clock, baseUrl }: PageParts, missing: MissingPage) {
  const config = { access: 'public' } as const;
  const schema = { hide: true };
  const find = (slug: string) => (slug.length > slugMax ? null : sources.organizer(slug));

  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Params: { slug: string } }>(
      '/o/:slug',
      { config: { ...config, ids: { slug: null } }, schema },
      async (request, reply) => {
        const organizer = await find(request.params.slug);
        if (!organizer) return sendReady(request, reply, missing(request), { kept: 'no-store', webApp });
        const shows = await sources.showsOf(organizer.organizerId);
        const language = languageOf(request);
        const { event: texts, shop } = words[language];
        const { slug, name, website, description } = organizer;
        const url = `${baseUrl()}/o/${slug}`;
        const facts: PageFacts = {
          language,
          title: shop.titleOf(name),
          description: texts.organizer.description(name),
          canonical: url,
          jsonLd: {
            '@context': 'https://schema.org',
            '@type': 'Organization',
            name,
            url,
            description: description ?? undefined,
            sameAs: website ?? undefined,
          },
          answers: {
            [`/api/organizers/${slug}`]: organizer,
            [`/api/organizers/${slug}/events?upcoming=true`]: shows,
          },
          body: organizerBody(organizer, shows.items, words[language], clock.now()),
          isBegun: true,
        };
        return sendReady(request, reply, readyPage(webApp, facts, organizerViews), { kept: shared, webApp });
      },
    );

    app.get<{ Params: { slug: string; kind: string } }>(
      '/o/:slug/legal/:kind',
      { config: { ...config, ids: { slug: null, kind: null } }, schema },
      async (request, reply) => {
        const kind = kinds.find((one) => one === request.params.kind);
        const organizer = kind && (await find(request.params.slug));
        if (!kind || !organizer) return sendReady(request, reply, missing(request), { kept: 'no-store', webApp });
        const language = languageOf(request);
        const { event: texts, shop } = words[language];
        const { slug, name } = organizer;
        const facts: PageFacts = {
          language,
          title: shop.titleOf(`${texts.organizer.legal[kind]} · ${name}`),
          canonical: `${baseUrl()}/o/${slug}/legal/${kind}`,
          answers: { [`/api/organizers/${slug}`]: organizer },
        };
        return sendReady(request, reply, readyPage(webApp, facts, legalViews), { kept: shared, webApp });
      },
    );
  };
}

const slugMax = 50;
