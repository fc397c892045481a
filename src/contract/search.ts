import { type Static, Type } from 'typebox';
import { closed, Nullable, OneOf, PageQuery, SerialId } from './common.ts';

/** Wire schemas of finding shows. */
export const termLengthMax = 500;
export const radiusKmDefault = 50;
export const radiusKmMax = 20_000;
export const suggestionsMax = 10;

const Moment = (description: string) => Type.String({ minLength: 10, maxLength: 40, description });

/** What is looked for in words, here and in the list of events. */
export const wordFields = {
  term: Type.Optional(
    Type.String({
      maxLength: termLengthMax,
      description:
        'Words of title, performers, venue or description; each must be found. Case and accents do not matter, a word may be part of one in a title or name, the last may be unfinished, and small typing errors are forgiven.',
    }),
  ),
  location: Type.Optional(
    Type.String({ maxLength: 200, description: 'A city, or its beginning; case and accents do not matter.' }),
  ),
  type: Type.Optional(Type.String({ maxLength: 100, description: 'The type of event, e.g. MusicEvent.' })),
  date: Type.Optional(Type.String({ format: 'date', description: 'A day at the venue.' })),
};

export const SearchQuery = Type.Object(
  {
    ...wordFields,
    from: Type.Optional(
      Moment(
        'A day at the venue (2027-05-01) or an instant with a zone (2027-05-01T18:00:00Z): no event starts before. Without from, to and date only events that are not over are found.',
      ),
    ),
    to: Type.Optional(Moment('A day at the venue, included, or an instant: no event starts after.')),
    near: Type.Optional(
      Type.String({ maxLength: 60, description: 'latitude,longitude in degrees, e.g. 28.46,-16.25' }),
    ),
    radius: Type.Optional(
      Type.Number({
        minimum: 0.1,
        maximum: radiusKmMax,
        description: `Kilometres around near (${radiusKmDefault}).`,
      }),
    ),
    sort: Type.Optional(
      OneOf(
        ['date', 'relevance', 'distance', 'price'],
        'date unless there is a term, then relevance; distance needs near.',
      ),
    ),
    onSale: Type.Optional(Type.Boolean({ description: 'Whether tickets can be bought now.' })),
    performerId: Type.Optional(SerialId()),
    venueId: Type.Optional(SerialId()),
    seriesId: Type.Optional(SerialId()),
    ...PageQuery,
  },
  closed,
);

export const FoundEvent = Type.Object({
  eventId: SerialId(),
  title: Type.String(),
  slug: Type.String({ description: 'For the address of its page: /e/{eventId}/{slug}.' }),
  startsAt: Type.String({ description: 'UTC.' }),
  localStart: Type.String({ description: 'The wall clock at the venue, with its offset.' }),
  timeZone: Type.String(),
  previousStartsAt: Nullable(
    Type.String({
      description: 'When it was to start before it was last moved or postponed; null: as it was announced.',
    }),
  ),
  seriesId: Nullable(SerialId('Other dates of it: search with `seriesId`.')),
  venueId: SerialId(),
  venue: Type.String(),
  city: Nullable(Type.String()),
  performers: Type.Array(Type.Object({ performerId: SerialId(), name: Type.String() })),
  type: Type.String(),
  imageUrl: Nullable(Type.String()),
  lowestPrice: Nullable(Type.Number({ description: 'Of a ticket, before fee and tax that are added.' })),
  fromPrice: Nullable(Type.Number({ description: 'What the cheapest ticket costs in all, with fee and tax.' })),
  currency: Type.String(),
  availability: OneOf(
    ['available', 'few left', 'sold out', 'not on sale yet', 'off sale', 'postponed', 'cancelled'],
    'May lag by seconds; /api/events/{id}/availability is live. few left: less than a tenth of what needs no code.',
  ),
  onSaleFrom: Nullable(Type.String({ description: 'When the sale opens or opened; null: from the start, or never.' })),
  distanceKm: Type.Optional(Type.Number({ description: 'From near.' })),
});

export const SearchPage = Type.Object({
  items: Type.Array(FoundEvent),
  nextCursor: Nullable(Type.String()),
  total: Type.Integer({ description: 'How many match: exact up to 10,000.' }),
  totalMore: Type.Boolean({ description: 'There are more than total.' }),
  didYouMean: Nullable(
    Type.String({
      description:
        'When nothing matched the term as typed: a term that does. Its events are the items if only small typing errors lie between.',
    }),
  ),
});

export const SuggestionsQuery = Type.Object(
  {
    term: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'What has been typed so far; case and accents do not matter, the last word may be unfinished.',
    }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: suggestionsMax, default: 8 })),
  },
  closed,
);

/** What there is to choose from in menus, the most common first. */
export const SearchPlaces = Type.Object({
  cities: Type.Array(Type.Object({ city: Type.String(), shows: Type.Integer() })),
  types: Type.Array(Type.Object({ type: Type.String(), shows: Type.Integer() })),
  isExact: Type.Boolean({ description: 'false: counts are estimated, since there are very many shows.' }),
});

/** Which members there are follows from the kind. */
export const Suggestion = Type.Object({
  kind: OneOf(
    ['show', 'performer', 'venue', 'city'],
    'show: its page is `eventId` with `slug`. performer, venue: search with `performerId` or `venueId`. city: search with `location`.',
  ),
  text: Type.String({ description: 'As the catalogue spells it.' }),
  eventId: Type.Optional(SerialId('Of a title with several dates the soonest, unless very many shows match.')),
  slug: Type.Optional(Type.String({ description: 'For the address of its page: /e/{eventId}/{slug}.' })),
  performerId: Type.Optional(SerialId()),
  venueId: Type.Optional(SerialId('Of a venue, and of a show.')),
  venue: Type.Optional(Type.String({ description: 'Where a show is.' })),
  city: Type.Optional(Nullable(Type.String({ description: 'Where a show or a venue is.' }))),
  startsAt: Type.Optional(Type.String({ description: 'Of a show; UTC.' })),
  localStart: Type.Optional(Type.String({ description: 'The wall clock at the venue, with its offset.' })),
  timeZone: Type.Optional(Type.String()),
});

export const Suggestions = Type.Object({ items: Type.Array(Suggestion) });

export type SearchPlacesAnswer = Static<typeof SearchPlaces>;
export type SuggestionsAnswer = Static<typeof Suggestions>;
export type SuggestionItem = Static<typeof Suggestion>;
export type FoundEventAnswer = Static<typeof FoundEvent>;
export type SearchPageAnswer = Static<typeof SearchPage>;
