import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock/clock.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { WebApp } from '../../platform/web-app/web-app.ts';
import { sendReady } from './http/answer-page.ts';
import { assetRoutes } from './http/assets.ts';
import { robotsRoutes } from './http/for-robots.ts';
import { organizerPageRoutes } from './http/organizer-pages.ts';
import { pageRoutes } from './http/pages.ts';
import { showPageRoutes } from './http/show-pages.ts';
import type { StorefrontSources } from './ports.ts';

/** The shop's pages, rendered here as far as search engines and impatient people need it, and the app that takes over from them. */
export function createStorefront(parts: {
  readonly webApp: WebApp;
  readonly clock: Clock;
  readonly sources: StorefrontSources;
  readonly baseUrl: () => string;
  /** Whether who sits at the machine may look at what only developers want to see. */
  readonly isOpenAtMachine: boolean;
  readonly withStripe: boolean;
}) {
  const pages = pageRoutes(parts);
  const shows = showPageRoutes(parts, pages.missing);
  return {
    routes: [
      withoutLedgers(pages.routes),
      // The page of a show says how many places are free.
      shows.routes,
      withoutLedgers(organizerPageRoutes(parts, pages.missing)),
      withoutLedgers(assetRoutes(parts)),
      withoutLedgers(robotsRoutes(parts)),
    ],
    jobs: [],
    consumers: [],
    /** The show looks different: its page is made anew. */
    forgetEvent: shows.forgetEvent,
    /** Answers a browser that follows a link to nowhere. */
    sendMissing: (request: FastifyRequest, reply: FastifyReply) =>
      sendReady(request, reply, pages.missing(request), { kept: 'no-store', webApp: parts.webApp }),
  } satisfies SliceShape;
}
