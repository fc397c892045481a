import { type TSchema, Type } from 'typebox';
import { OneOf, type ValueOf } from './common.ts';
import { MailRequested, ShowFacts } from './mail-request.ts';

/**
 * What is said between slices, and to other services later, by topic. A name is for ever: messages are stored under it,
 * and consumers of another version of Onsale listen to it.
 *
 * A payload may get optional fields. Any other change makes a new version, which is a topic of its own beside the old one
 * (`inventory.changed.v2`): a release reads it before any release writes it, and the old one goes when nobody writes it
 * any more. So a process never meets a message that it cannot read, whichever version runs beside it.
 */
interface Topic {
  readonly version: number;
  /** One sentence for whoever consumes it. */
  readonly summary: string;
  readonly payload: TSchema;
}

const Millis = () => Type.Number({ description: 'Milliseconds since 1970.' });

export const topics = {
  'inventory.changed': {
    version: 1,
    summary: 'Tickets of an event were sold, freed, blocked, unblocked or put back on sale.',
    payload: Type.Object({
      eventId: Type.Integer(),
      changes: Type.Array(
        Type.Object({
          ticketTypeId: Type.Integer(),
          available: Type.Integer({ description: 'How many more (or fewer) places of the type are Available now.' }),
        }),
      ),
    }),
  },
  'show.changed': {
    version: 1,
    summary: 'A show that was announced was moved, postponed, resumed, updated or called off.',
    payload: Type.Object({
      eventId: Type.Integer(),
      organizerId: Type.Integer(),
      kind: OneOf(['cancelled', 'postponed', 'resumed', 'moved', 'updated']),
      edition: Type.Optional(
        Type.Integer({
          description: 'Whoever bought for an earlier edition is notified. Left out by earlier versions of Onsale.',
        }),
      ),
      before: Type.Optional(ShowFacts),
      after: Type.Optional(ShowFacts),
      startsAtBefore: Millis(),
      startsAt: Type.Union([Millis(), Type.Null()], { description: 'Null: postponed, and nobody knows until when.' }),
      actor: Type.String(),
      correlationId: Type.String(),
    }),
  },
  'mail.requested': {
    version: 1,
    summary: 'Somebody is to be written to.',
    payload: MailRequested,
  },
} as const satisfies Readonly<Record<string, Topic>>;

export type TopicName = keyof typeof topics;

/** What a message of the topic carries. */
export type PayloadOf<Name extends TopicName> = ValueOf<(typeof topics)[Name]['payload']>;

export type InventoryChanged = PayloadOf<'inventory.changed'>;
export type ShowChanged = PayloadOf<'show.changed'>;
