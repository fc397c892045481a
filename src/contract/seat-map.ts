import { Type } from 'typebox';
import { Nullable } from './common.ts';

const Point = Type.Object({ x: Type.Number(), y: Type.Number() });

/** The geometry of a plan, seats as columns indexed by place number. */
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
