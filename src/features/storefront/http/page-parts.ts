import type { FastifyRequest } from 'fastify';
import { type Language, preferredLanguage, usualLanguage } from '../../../kernel/language.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WebApp } from '../../../platform/web-app/web-app.ts';
import type { StorefrontSources } from '../ports.ts';
import type { ReadyPage } from './answer-page.ts';

/** What pages are made with. */
export interface PageParts {
  readonly webApp: WebApp;
  readonly clock: Clock;
  readonly sources: StorefrontSources;
  readonly baseUrl: () => string;
  readonly isOpenAtMachine: boolean;
  /** Whether Stripe's form takes the cards here. */
  readonly withStripe: boolean;
}

/** Makes the page of an address where nothing is; null while there is no app. */
export type MissingPage = (request: FastifyRequest) => ReadyPage | null;

/** Whoever has a page asks whether it is still the one; a cache in front may answer for a minute by itself. */
export const shared = 'public, max-age=0, s-maxage=60, stale-while-revalidate=60';
export const personal = 'private, no-store';

export function languageOf({ headers }: FastifyRequest): Language {
  return preferredLanguage(headers['accept-language']) ?? usualLanguage;
}
