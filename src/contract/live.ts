import { type Static, Type } from 'typebox';
import { closed, Nullable, OneOf } from './common.ts';
import { SeatStatesSchema, TypeNumbersSchema } from './inventory.ts';

/** What every frame of the live channel begins with. */
const frameHead = {
  eventId: Type.Integer(),
  epoch: Type.String({ description: 'Whoever counts the changes; in a new epoch the count begins anew.' }),
  fence: Nullable(
    Type.Integer({
      description:
        'By which lease the event was owned. A frame with a smaller one than another before it is out of date. null: one process owns them all.',
    }),
  ),
  at: Type.String({ format: 'date-time', description: 'When the frame was made, by the clock of the server.' }),
  version: Type.String({ description: 'As in /seats: hand it back as ?since= to go on from here.' }),
  to: Type.Integer({ description: 'How many changes of places the epoch has seen with this frame.' }),
};

const nextExpiryAt = Nullable(
  Type.String({ description: 'When the next hold may lapse; one in payment does not. null: nobody holds a place.' }),
);

/** Everything: states and numbers as they are. Replaces what was known. */
export const LiveSnapshotSchema = Type.Object(
  {
    type: OneOf(['snapshot']),
    ...frameHead,
    geometry: SeatStatesSchema.properties.geometry,
    states: Type.String({
      description: 'One letter per place number: a available, h held, r reserved, s sold, b blocked, - no place.',
    }),
    availableCapacity: Type.Integer(),
    nextExpiryAt,
    ticketTypes: Type.Array(TypeNumbersSchema),
  },
  { description: 'The first frame, and after a gap.' },
);

/** What has changed: states as they are now, so that a change which is known already does no harm. */
export const LiveDeltaSchema = Type.Object(
  {
    type: OneOf(['delta']),
    ...frameHead,
    from: Type.Integer({
      description: 'How many changes must be known for this frame to be whole. Fewer are known: that is a gap.',
    }),
    changes: Type.Array(Type.Array(Type.Union([Type.Integer(), Type.String()]), { minItems: 2, maxItems: 2 }), {
      description:
        'Runs: a place number, and the letters now of it and of the places that follow. A number beyond the end lengthens the map; what it leaves out is no place (-).',
    }),
    availableCapacity: Type.Integer(),
    nextExpiryAt,
    ticketTypes: Type.Array(TypeNumbersSchema, {
      description: 'Those whose numbers have changed.',
    }),
  },
  { description: 'A batch of changes.' },
);

export const LiveFrameSchema = Type.Union([LiveSnapshotSchema, LiveDeltaSchema]);

/** The only message that a client sends: what it knows has a gap. */
export const LiveResyncSchema = Type.Object(
  {
    type: OneOf(['resync']),
    since: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'Left out: a snapshot is sent.' })),
  },
  closed,
);

/** Why the live channel was closed, beside what RFC 6455 says of 1002, 1003 and 1009. */
export const liveCloseCodes = {
  /** The server stops: come back when the reason says ({@link goingAwayReason}), another one listens or will. */
  goingAway: 1001,
  /** A message that is no resync, or too many of them: do not come back with the same. */
  policy: 1008,
  /** The event is no longer to be seen. */
  eventGone: 4404,
} as const;

/** The reason of a close by `goingAway`: another for each, or all would come back in the same moment. */
export function goingAwayReason(comeBackInMs: number): string {
  return `again in ${comeBackInMs} ms`;
}

export type LiveSnapshot = Static<typeof LiveSnapshotSchema>;
export type LiveDelta = Static<typeof LiveDeltaSchema>;
export type LiveFrame = Static<typeof LiveFrameSchema>;
