import { Type } from 'typebox';
import { closed, InstantText, Nullable, OneLine, OneOf, Page, SerialId, Uuid } from './common.ts';

export const AuditQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 20 })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    bookingId: Type.Optional(Uuid()),
    ticketId: Type.Optional({ ...Uuid(), description: 'Also what its bookings and its event say of it.' }),
    eventId: Type.Optional(SerialId()),
    accountId: Type.Optional(Uuid()),
    stream: Type.Optional(OneLine(100, 'One history, e.g. key-<id>.')),
    type: Type.Optional(OneLine(100, 'What happened, e.g. BookingCancelled.')),
    actor: Type.Optional(OneLine(200, 'Who did it, e.g. key:<id>.')),
    correlationId: Type.Optional(OneLine(200)),
    from: Type.Optional(InstantText()),
    until: Type.Optional(InstantText()),
    format: Type.Optional(OneOf(['json', 'csv'])),
  },
  closed,
);

export const AuditEntry = Type.Object({
  position: Type.Integer(),
  occurredAt: Type.String(),
  stream: Type.String(),
  version: Type.Integer(),
  type: Type.String(),
  actor: Type.String(),
  reason: Nullable(Type.String()),
  correlationId: Type.String(),
  causationId: Nullable(Type.String()),
  data: Type.Unknown(),
});
export const AuditPage = Page(AuditEntry);
