import { type Static, Type } from 'typebox';
import { Nullable } from './common.ts';

const Point = Type.Object({ x: Type.Number(), y: Type.Number() });

/**
 * The geometry of a plan, as a browser draws it. Seats are columns, indexed by place number, as the states of
 * `/api/events/{id}/seats` are; areas are the stage, standing floors and other shapes, their positions absolute.
 */
export const SeatMapSchema = Type.Object({
  name: Type.String(),
  size: Type.Object({ width: Type.Number(), height: Type.Number() }),
  categories: Type.Array(Type.Object({ name: Type.String(), color: Nullable(Type.String()) })),
  zones: Type.Array(Type.String()),
  rows: Type.Array(
    Type.Object({ label: Type.String(), zone: Type.Integer(), firstSeat: Type.Integer(), seatCount: Type.Integer() }),
  ),
  seats: Type.Object({
    guid: Type.Array(Type.String()),
    number: Type.Array(Type.String()),
    row: Type.Array(Type.Integer()),
    category: Type.Array(Type.Integer()),
    x: Type.Array(Type.Number()),
    y: Type.Array(Type.Number()),
    kind: Type.Array(Type.Integer({ description: '0 ordinary, 1 wheelchair, 2 companion' })),
  }),
  areas: Type.Array(Type.Object({ position: Point }, { additionalProperties: true })),
});

export type SeatMap = Static<typeof SeatMapSchema>;
