import { Type } from 'typebox';
import { closed, Nullable, OneOf, PageQuery, SerialId } from './common.ts';

/** Wire schemas of finding shows. */
export const termLengthMax = 500;
export const radiusKmDefault = 50;
export const radiusKmMax = 20_000;

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
        'date unless a term is given, then relevance; distance needs near.',
      ),
    ),
    onSale: Type.Optional(Type.Boolean({ description: 'Whether tickets can be bought now.' })),
    ...PageQuery,
  },
  closed,
);

export const FoundEvent = Type.Object({
  eventId: SerialId(),
  title: Type.String(),
  startsAt: Type.String({ description: 'UTC.' }),
  localStart: Type.String({ description: 'The wall clock at the venue, with its offset.' }),
  timeZone: Type.String(),
  venueId: SerialId(),
  venue: Type.String(),
  city: Nullable(Type.String()),
  performers: Type.Array(Type.Object({ performerId: SerialId(), name: Type.String() })),
  type: Type.String(),
  imageUrl: Nullable(Type.String()),
  lowestPrice: Nullable(Type.Number()),
  currency: Type.String(),
  availability: OneOf(
    ['available', 'few left', 'sold out', 'not on sale yet', 'off sale', 'postponed', 'cancelled'],
    'May lag by seconds; /api/events/{id}/availability is live.',
  ),
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
