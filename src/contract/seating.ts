import { type Static, Type } from 'typebox';
import { closed, Nullable, Page, PageQuery, SerialId } from './common.ts';

/** What lists and writes answer of a plan. */
export const SeatingPlanSummary = Type.Object({
  seatingPlanId: Type.Integer(),
  name: Type.String(),
  venueId: Nullable(Type.Integer()),
  seatCount: Type.Integer(),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

export const SeatingPlanPage = Page(SeatingPlanSummary);

const PlanDocument = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'A plan in the open seating-plan JSON: name, categories, zones (rows, seats, areas) and size.',
  },
);

/** What the open form lacks; checked by `readSupplement`, which names each fault with its place. */
const SupplementDocument = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      '`focalPoint {x, y}`, `wheelchairSeats [guid]`, `companionSeats [guid]`, `tables [{name, seats [guid]}]`, `areas [{area, name?, capacity}]` (area: its uuid or pointer, like /zones/0/areas/0).',
  },
);

export const SeatingPlanExport = Type.Interface([SeatingPlanSummary], {
  plan: PlanDocument,
  supplement: SupplementDocument,
});

/** A plan with what goes beside it, as small as may be. */
export const planExample = {
  venueId: 1,
  plan: {
    name: 'Small hall',
    categories: [{ name: 'Stalls', color: '#2980b9' }],
    size: { width: 200, height: 100 },
    zones: [
      {
        name: 'Parquet',
        position: { x: 0, y: 40 },
        rows: [
          {
            row_number: 'A',
            seats: [{ seat_guid: 'A-1', seat_number: '1', position: { x: 10, y: 0 }, category: 'Stalls' }],
          },
        ],
      },
    ],
  },
  supplement: { focalPoint: { x: 100, y: 0 } },
};

/**
 * Loose on purpose: the body is either the bare plan document, as the editor saves it, or the plan with what goes
 * beside it. The handler finds out which (a bare plan has `zones`) and reports every fault with its place, not only the first.
 */
export const SeatingPlanBody = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      'Either the bare plan document, or `{name?, venueId?, plan, supplement?}`: a name other than the document’s, the venue it belongs to, and what the open form lacks.',
    examples: [planExample],
  },
);

export const SeatingPlanParams = Type.Object({ seatingPlanId: SerialId() }, closed);

export const SeatingPlanQuery = Type.Object({ ...PageQuery, venueId: Type.Optional(SerialId()) }, closed);

export type SeatingPlanSummaryAnswer = Static<typeof SeatingPlanSummary>;
export type SeatingPlanExportAnswer = Static<typeof SeatingPlanExport>;
