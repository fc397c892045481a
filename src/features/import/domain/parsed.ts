import type { Instant } from '../../../kernel/instant.ts';
import type { MinorUnits } from '../../../kernel/money.ts';
import type { PlanContent } from '../../seating/index.ts';
import type { ShowNames } from './show-names.ts';

/** Something the import says about a file: where (`file.jsonld#/@graph/3`, `page.html:12:5`) and what. */
export interface Remark {
  readonly place: string;
  readonly reason: string;
}

/** A show that is listed again, word for word, and counts once. */
export interface Repetition {
  readonly place: string;
  /** Where it was listed first. */
  readonly of: string;
}

/** Everything that one document holds. What could not be read is refused, the rest goes in. */
export interface ParsedDocument {
  readonly shows: readonly ParsedShow[];
  readonly plans: readonly ParsedPlan[];
  readonly refusals: readonly Remark[];
  /** How many shows and plans they are: a refusal may be of many. */
  readonly refusedCount: number;
  readonly repetitions: readonly Repetition[];
  /** What was taken differently than it was written: a time that was missing, a text that was cut. */
  readonly notes: readonly Remark[];
  /** False: there is no show and no valid plan in it, not even one that is refused. */
  readonly isReadable: boolean;
  /** It means to be a seating plan and nothing else. */
  readonly isPlan: boolean;
}

export interface ParsedPlan {
  readonly place: string;
  readonly content: PlanContent;
}

/** A show as its page describes it. */
export interface ParsedShow {
  readonly place: string;
  /** A label of the show at its source: its `@id`, else a hash of name, start and venue. What it goes by are its names. */
  readonly sourceId: string;
  readonly names: ShowNames;
  /** Its start as the page has it, whatever the dates are moved by. */
  readonly pageStartsAt: Instant;
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly status: 'scheduled' | 'postponed' | 'cancelled';
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly doorsAt: Instant | null;
  readonly timeZone: string;
  readonly imageUrl: string | null;
  readonly performers: readonly string[];
  readonly venue: ParsedVenue;
  readonly currency: string | null;
  readonly offers: readonly ParsedOffer[];
  /** How many people the page says the show takes. */
  readonly capacity: number | null;
  /** The name of the whole that this is a part of. */
  readonly series: string | null;
}

export interface ParsedVenue {
  readonly sourceId: string | null;
  readonly name: string;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  /** ISO 3166 code where we know it, else as written. */
  readonly country: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface ParsedOffer {
  readonly name: string | null;
  /** The price, or the lowest of several. Null: not said. */
  readonly priceMinor: MinorUnits | null;
  readonly highPriceMinor: MinorUnits | null;
  readonly capacity: number | null;
  readonly salesFrom: Instant | null;
  readonly salesUntil: Instant | null;
  readonly isActive: boolean;
}
