import type { Clock } from '../../../platform/clock/clock.ts';
import type { CatalogParts } from '../ports.ts';
import type { EventPages } from './event-pages.ts';

/** What the routes of the catalogue work with. */
export interface RouteParts extends CatalogParts {
  readonly clock: Clock;
  readonly eventPages: EventPages;
}
