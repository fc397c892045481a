import type { FastifyInstance } from 'fastify';
import { escapeHtml } from '../../../kernel/html.ts';
import type { Language } from '../../../kernel/language.ts';
import { showSlug } from '../../../kernel/slug.ts';
import type { PageFacts } from '../domain/document.ts';
import { createKeptPages } from '../queries/kept-pages.ts';
import { type ReadyPage, readyPage, sendReady, textFiles, type ViewFiles } from './answer-page.ts';
import { eventBody, eventWords, searchForm } from './event-body.ts';
import { eventJsonLd } from './event-json-ld.ts';
import { frameBody } from './frame-body.ts';
import { languageOf, type MissingPage, type PageParts, personal, shared } from './page-parts.ts';
import { seatsBody } from './seats-body.ts';
import { words } from './words.ts';

/** The page of a show, and the address that it has now. */
interface ShowPage {
  readonly page: ReadyPage;
  readonly path: string;
}

/** Numbers of a page are as old as this at most; the app asks for those of now. */
const keptMs = 10_000;

const eventViews: ViewFiles = (language) => ['shop/event/event-view.tsx', ...textFiles(language)];

const seatsViews: ViewFiles = (language) => [
  'seat-map/view.tsx',
  ...textFiles(language, 'shop', 'seat-map', 'event', 'problems'),
];

/** `/e/:id/:slug`: the pages of shows, and `/e/:id/seats`, where their seats are chosen. */
export function showPageRoutes({ webApp, sources, clock, baseUrl }: PageParts, missing: MissingPage) {
  const kept = createKeptPages<ShowPage>(clock);
  const keptSeats = createKeptPages<ReadyPage>(clock);

  return {
    forgetEvent(eventId: number): void {
      kept.forget(`/e/${eventId}`);
      keptSeats.forget(`/e/${eventId}/seats`);
    },
    async routes(app: FastifyInstance): Promise<void> {
      app.get<{ Params: { id: string } }>(
        '/e/:id/seats',
        { config: { access: 'public', eventOf: { event: 'path.id' }, ids: { id: null } }, schema: { hide: true } },
        async (request, reply) => {
          const id = idOf(request.params.id);
          const language = languageOf(request);
          const known =
            id === null
              ? null
              : await keptSeats.page(`/e/${id}/seats`, language, () => makeSeats(id, language), keptMs);
          // Of a show that nobody may see, or not any more, the app says so.
          const page = known ?? readyPage(webApp, { language, title: 'Onsale' }, seatsViews);
          return sendReady(request, reply, page, { kept: personal, webApp });
        },
      );

      for (const url of ['/e/:id', '/e/:id/:slug'] as const) {
        app.get<{ Params: { id: string; slug?: string } }>(
          url,
          {
            config: { access: 'public', eventOf: { event: 'path.id' }, hops: false, ids: { id: null, slug: null } },
            schema: { hide: true },
          },
          async (request, reply) => {
            const id = idOf(request.params.id);
            const language = languageOf(request);
            const known = id === null ? null : await pageOf(id, language);
            if (known === null) return sendReady(request, reply, missing(request), { kept: 'no-store', webApp });
            const { slug } = request.params;
            if (
              slug !== undefined &&
              `/e/${id}/${encodeURIComponent(slug)}` !== known.path &&
              known.page.status === 200
            ) {
              const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
              // The title may change back: a browser that kept this for good would then go in circles.
              return reply.header('cache-control', 'no-cache').redirect(`${known.path}${query}`, 301);
            }
            return sendReady(request, reply, known.page, { kept: shared, webApp });
          },
        );
      }
    },
  };

  function pageOf(id: number, language: Language): Promise<ShowPage | null> {
    return kept.page(`/e/${id}`, language, () => make(id, language), keptMs);
  }

  async function make(id: number, language: Language): Promise<ShowPage | null> {
    const event = await sources.event(id);
    if (!event) return (await sources.wasPublic(id)) ? gone(id, language) : null;
    const [availability, series] = await Promise.all([
      sources.availability(event),
      event.seriesId === null ? null : sources.seriesName(event.seriesId),
    ]);
    const said = eventWords(event, availability, words[language], clock.now());
    const path = `/e/${id}/${encodeURIComponent(showSlug(event.title))}`;
    const { event: texts, shop, date } = words[language];
    const when = `${date(event.startsAt, event.timeZone, 'medium')} ${date(event.startsAt, event.timeZone, 'time')}`;
    const { city } = event.venueDetails;
    const where = city && city !== event.venue ? `${event.venue}, ${city}` : event.venue;
    const facts: PageFacts = {
      language,
      title: shop.titleOf(texts.windowTitle(event.title, date(event.startsAt, event.timeZone, 'short'), event.venue)),
      description: texts.description(event.title, when, where, said.sale.from),
      canonical: `${baseUrl()}${path}`,
      type: 'event',
      picture: { url: `${baseUrl()}/e/${id}/poster.png?language=${language}`, alt: texts.pictureOf(event.title) },
      jsonLd: eventJsonLd(event, { availability, baseUrl: baseUrl(), path, series }),
      answers: {
        [`/api/events/${id}`]: event,
        ...(availability && { [`/api/events/${id}/availability`]: availability }),
      },
      body: eventBody(event, said, words[language]),
      isBegun: true,
    };
    const page = readyPage(webApp, facts, eventViews);
    return page && { page, path };
  }

  /** The show itself is in the page; where its seats are, and which are free, the browser asks at once. */
  async function makeSeats(id: number, language: Language): Promise<ReadyPage | null> {
    const event = await sources.event(id);
    if (!event) return null;
    const seatMap = await sources.seatMapPath(id);
    const facts: PageFacts = {
      language,
      title: words[language].shop.titleOf(event.title),
      answers: { [`/api/events/${id}`]: event },
      asksFor: [`/api/events/${id}/seats`, ...(seatMap === null ? [] : [seatMap])],
      body: seatsBody(event, words[language]),
    };
    return readyPage(webApp, facts, seatsViews);
  }

  /** A show that was here and was taken off: whoever follows an old link hears that, and search engines forget it. */
  function gone(id: number, language: Language): ShowPage | null {
    const { event: texts, shop } = words[language];
    const { title, text, action } = texts.gone;
    const h = escapeHtml;
    const body = frameBody(
      `<div class="page event-gone"><h1>${h(title)}</h1><p class="quiet">${h(text)}</p><p><a class="button-button button-second" href="/">${h(action)}</a></p></div>`,
      words[language],
      { search: searchForm(words[language]) },
    );
    // The app knows it by this: the API answers that there is no such event.
    const answers = { [`/api/events/${id}`]: null };
    const page = readyPage(webApp, { language, title: shop.titleOf(title), answers, body }, eventViews, 410);
    return page && { page, path: '' };
  }
}

/** No event has a larger id. */
const idMax = 2_147_483_647;

/** The id in an address; null: there is no such event. */
function idOf(text: string): number | null {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return id > 0 && id <= idMax ? id : null;
}
