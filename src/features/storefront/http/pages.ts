import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { escapeHtml } from '../../../kernel/html.ts';
import { isDirect } from '../../../platform/http/direct-request.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { type PageFacts, payPolicy } from '../domain/document.ts';
import { createKeptPages } from '../queries/kept-pages.ts';
import { type ReadyPage, readyPage, sendReady, textFiles, type ViewFiles } from './answer-page.ts';
import { frameBody } from './frame-body.ts';
import { homeBody } from './home-body.ts';
import { languageOf, type PageParts, personal, shared } from './page-parts.ts';
import { words } from './words.ts';

const homeViews: ViewFiles = (language) => ['shop/home/home-view.tsx', ...textFiles(language)];
const payViews: ViewFiles = (language) => ['pay/view.tsx', ...textFiles(language, 'pay')];

/** Addresses whose page is the app alone: what it shows depends on who looks. */
const appPages: readonly (readonly [url: string, view: string, part: string])[] = [
  ['/tickets', 'tickets/view.tsx', 'tickets'],
  ['/tickets/:booking', 'tickets/view.tsx', 'tickets'],
  ['/order/:token', 'tickets/view.tsx', 'tickets'],
  ['/account', 'account/view.tsx', 'account'],
  ['/account/*', 'account/view.tsx', 'account'],
  ['/sign-in', 'account/view.tsx', 'account'],
  ['/register', 'account/view.tsx', 'account'],
  ['/verify', 'account/view.tsx', 'account'],
  ['/reset', 'account/view.tsx', 'account'],
  ['/mail-address', 'account/view.tsx', 'account'],
  ['/invitation', 'account/view.tsx', 'account'],
];

/** New shows and sold-out ones are seen soon. */
const homeKeptMs = 10_000;

/** schema.org's words for a site that can be searched. */
const websiteFacts = (baseUrl: string) => ({
  '@context': 'https://schema.org',
  '@type': 'WebSite',
  name: 'Onsale',
  url: `${baseUrl}/`,
  potentialAction: {
    '@type': 'SearchAction',
    target: { '@type': 'EntryPoint', urlTemplate: `${baseUrl}/?q={search_term_string}` },
    'query-input': 'required name=search_term_string',
  },
});

/** The pages of the shop. */
export function pageRoutes(parts: PageParts) {
  const { webApp, sources, baseUrl } = parts;
  const kept = createKeptPages<ReadyPage>(parts.clock);

  return {
    async routes(app: FastifyInstance): Promise<void> {
      const config = { access: 'public' } as const;
      const schema = { hide: true };

      app.get('/', { config, schema }, async (request, reply) => {
        const language = languageOf(request);
        const isPlain = !request.url.includes('?');
        const page = await kept.page(
          isPlain ? '/' : '/?',
          language,
          async () => {
            const { home, shop } = words[language];
            const [shows, places] = await Promise.all([sources.shows(), sources.places()]);
            const facts: PageFacts = {
              language,
              title: shop.titleOf(home.windowTitle),
              description: home.description,
              // What is looked for is drawn by the app; there is no end of such addresses, so no search engine lists them.
              ...(isPlain && {
                canonical: `${baseUrl()}/`,
                jsonLd: websiteFacts(baseUrl()),
                answers: { '/api/search': shows, '/api/search/places': places },
                body: homeBody(shows, places, words[language]),
                isBegun: true,
              }),
            };
            return readyPage(webApp, facts, homeViews);
          },
          homeKeptMs,
        );
        return sendReady(request, reply, page, { kept: shared, webApp });
      });

      app.get('/dev/parts', { config: { ...config, problems: ['NOT_FOUND'] }, schema }, async (request, reply) => {
        const entry = webApp.entry('parts');
        if (!(parts.isOpenAtMachine && isDirect(request)) || !entry) throw new Refused({ code: 'NOT_FOUND' });
        const facts: PageFacts = { language: 'en', title: 'Parts' };
        return sendReady(
          request,
          reply,
          readyPage(webApp, facts, () => [], 200, entry),
          { kept: personal, webApp },
        );
      });

      for (const [url, view, part] of appPages) {
        const ids = Object.fromEntries([...url.matchAll(/:(\w+)/g)].map(([, name]) => [name!, null]));
        app.get(url, { config: { ...config, ids }, schema }, async (request, reply) => {
          const page = readyPage(webApp, { language: languageOf(request), title: 'Onsale' }, (language) => [
            view,
            ...textFiles(language, part),
          ]);
          return sendReady(request, reply, page, { kept: personal, webApp });
        });
      }

      for (const url of ['/pay/:reservation', '/pay/:reservation/back']) {
        app.get(url, { config: { ...config, ids: { reservation: null } }, schema }, async (request, reply) => {
          const nonce = randomBytes(16).toString('base64');
          const facts: PageFacts = { language: languageOf(request), title: 'Onsale', nonce };
          const page = readyPage(webApp, facts, payViews);
          return sendReady(request, reply, page, { kept: personal, policy: payPolicy(nonce, parts), webApp });
        });
      }
    },
    missing,
  };

  /** The page of an address where nothing is. */
  function missing(request: FastifyRequest): ReadyPage | null {
    const language = languageOf(request);
    const { shop } = words[language];
    const { title, text, action } = shop.notFound;
    const body = frameBody(
      `<div class="page"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p><a href="/">${escapeHtml(action)}</a></p></div>`,
      words[language],
    );
    const facts: PageFacts = { language, title: shop.titleOf(title), body };
    return readyPage(webApp, facts, () => textFiles(language), 404);
  }
}
