import { type Static, Type } from 'typebox';
import { closed, Formed, InstantText, OneLine, OneOf } from './common.ts';

/** A saved page with a year of shows is a few megabytes; the largest plan is 30. */
export const importBytesMax = 32 * 1024 * 1024;

const Remark = Type.Object({
  place: Type.String({ description: 'File, and JSON pointer or line and column.' }),
  reason: Type.String(),
});

export const ImportQuery = Type.Object(
  {
    name: Type.Optional(OneLine(500, 'What to call the document in places, e.g. its file name.')),
    publish: Type.Optional(
      Type.Boolean({ description: 'Put shows on sale that are ahead and say what to sell (or the options do).' }),
    ),
    plan: Type.Optional(OneLine(200, 'A seating plan, by id or name: shows sell its seats.')),
    capacity: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500_000, description: 'Places, where the page does not say.' }),
    ),
    price: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10_000_000_000, description: 'Where the page says none.' }),
    ),
    onSale: Type.Optional(InstantText('Start of sales, where the page does not say.')),
    shift: Type.Optional(
      Formed('^[+-]?P([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,6}D)?$', 'must be a period like P3Y or -P2W', {
        maxLength: 30,
        description: 'Moves every date by a period (P3Y) to the nearest same weekday, at the same local time.',
      }),
    ),
    timeZone: Type.Optional(OneLine(64, 'IANA zone of the venues; else found out from their place.')),
    changeSold: Type.Optional(
      Type.Boolean({
        description: 'Change date, place and price of shows that have bookings too; else they are refused.',
      }),
    ),
    callOff: Type.Optional(
      Type.Boolean({
        description: 'Call shows off that have bookings, and give all money back; else they are refused.',
      }),
    ),
  },
  closed,
);

/** Shows of a document, each with the event that it has become. */
function outcomesOfShows(options: { readonly description: string; readonly deprecated?: true }) {
  return Type.Array(
    Type.Object({
      place: Type.String(),
      eventId: Type.Integer(),
      outcome: OneOf(['added', 'updated', 'unchanged'], 'What became of the show that stands there.'),
    }),
    options,
  );
}

/** What became of a document: `added + updated + unchanged + repeated + refused` is all that it holds. */
export const ImportSummarySchema = Type.Object({
  added: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  repeated: Type.Integer({ description: 'Shows that stand in the document again, word for word: they count once.' }),
  refused: Type.Integer(),
  past: Type.Integer({ description: 'Shows that are over: history, never on sale.' }),
  refusals: Type.Array(Remark, { description: 'What was refused, where and why. The rest is in.' }),
  repetitions: Type.Array(
    Type.Object({ place: Type.String(), of: Type.String({ description: 'Where the show stood first.' }) }),
  ),
  notes: Type.Array(Remark, { description: 'What was taken differently than written, or is not on sale.' }),
  shows: Type.Array(Type.Integer(), { description: 'Ids of the events.' }),
  outcomes: outcomesOfShows({ description: 'The events with the places of their shows.' }),
  told: outcomesOfShows({ deprecated: true, description: 'The same as `outcomes`; goes with the next version.' }),
  plans: Type.Array(Type.Object({ seatingPlanId: Type.Integer(), name: Type.String(), seatCount: Type.Integer() })),
});

/** With `Accept: application/x-ndjson`: how far it is after each show, and the summary last. */
export const ImportLineSchema = Type.Union([
  Type.Object({ progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }) }),
  Type.Object({ summary: ImportSummarySchema }),
]);

export type ImportSummary = Static<typeof ImportSummarySchema>;
export type ImportLine = Static<typeof ImportLineSchema>;
