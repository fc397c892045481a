import type { FastifyReply } from 'fastify';
import type { Clock } from '../../../platform/clock/clock.ts';
import { versionTag } from '../../../platform/http/if-match.ts';
import type { Caller } from '../../../platform/http/request.ts';
import type { PublicReading } from '../../../platform/postgres/read-replica.ts';
import type { CodeGuesses } from '../../inventory/index.ts';
import type { CatalogParts } from '../parts.ts';
import type { PublicEvents } from '../queries/public-events.ts';
import type { EventPages } from './event-pages.ts';

/** What the routes of the catalogue work with. */
export interface RouteParts extends CatalogParts {
  readonly clock: Clock;
  readonly codeGuesses: CodeGuesses;
  readonly eventPages: EventPages;
  readonly publicEvents: PublicEvents;
}

/** From where somebody reads what anybody may: who is signed in sees at once what they have changed. */
export function readingFor({ database, reading }: Pick<CatalogParts, 'database' | 'reading'>) {
  return ({ kind }: Caller): PublicReading => (kind === 'public' ? reading : database);
}

/** Answers something with its version as ETag, for edits with If-Match. */
export function tagged<T extends { readonly version: number }>(reply: FastifyReply, found: T): T {
  reply.header('etag', versionTag(found.version));
  return found;
}
