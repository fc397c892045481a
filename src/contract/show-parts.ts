import { type Static, Type } from 'typebox';
import { closed, FreeText, ignored, Nullable, NullText, OneLine, Page, SerialId, TimeZone, Uri } from './common.ts';

/** Wire schemas of what shows are made of: venues, performers, series. */

// Venues

const venueFields = {
  address: Type.Optional(Nullable(FreeText(500))),
  city: Type.Optional(Nullable(OneLine(200, undefined, 0))),
  region: Type.Optional(Nullable(OneLine(200, undefined, 0))),
  postalCode: Type.Optional(Nullable(OneLine(20, undefined, 0))),
  country: Type.Optional(Nullable(OneLine(100, undefined, 0))),
  latitude: Type.Optional(Nullable(Type.Number({ minimum: -90, maximum: 90 }))),
  longitude: Type.Optional(Nullable(Type.Number({ minimum: -180, maximum: 180 }))),
  timeZone: Type.Optional(TimeZone('Its shows follow it. UTC: not known.')),
};
export const NewVenue = Type.Object({ name: OneLine(200), ...venueFields }, closed);
export const VenueChange = Type.Object(
  {
    name: Type.Optional(OneLine(200)),
    ...venueFields,
    ...ignored('id', 'venueId', 'version', 'createdAt', 'updatedAt'),
  },
  closed,
);
export const Venue = Type.Object({
  id: SerialId('The same as venueId.'),
  venueId: SerialId(),
  name: Type.String(),
  address: NullText(),
  city: NullText(),
  region: NullText(),
  postalCode: NullText(),
  country: NullText(),
  latitude: Nullable(Type.Number()),
  longitude: Nullable(Type.Number()),
  timeZone: Type.String(),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

// Performers

const performerFields = {
  description: Type.Optional(Nullable(FreeText(5000))),
  imageUrl: Type.Optional(Nullable(Uri())),
};
export const NewPerformer = Type.Object({ name: OneLine(200), ...performerFields }, closed);
export const PerformerChange = Type.Object(
  {
    name: Type.Optional(OneLine(200)),
    ...performerFields,
    ...ignored('id', 'performerId', 'version', 'createdAt', 'updatedAt'),
  },
  closed,
);
export const Performer = Type.Object({
  id: SerialId('The same as performerId.'),
  performerId: SerialId(),
  name: Type.String(),
  description: NullText(),
  imageUrl: NullText(),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

// Series: several dates of one show

export const NewSeries = Type.Object({ name: OneLine(200) }, closed);
export const SeriesChange = Type.Object({ name: Type.Optional(OneLine(200)), ...ignored('id', 'seriesId') }, closed);
export const Series = Type.Object({
  id: SerialId('The same as seriesId.'),
  seriesId: SerialId(),
  name: Type.String(),
});

export const VenuePage = Page(Venue);
export const PerformerPage = Page(Performer);
export const SeriesPage = Page(Series);

export type VenueBody = Static<typeof Venue>;
export type PerformerBody = Static<typeof Performer>;
export type SeriesBody = Static<typeof Series>;
