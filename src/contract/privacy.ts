import { Type } from 'typebox';
import { closed, Nullable, Text } from './common.ts';
import { Password, SecondFactorCode } from './identity.ts';

const Email = Type.String({ format: 'email', maxLength: 254 });
const NullText = () => Nullable(Type.String());

export const PersonBody = Type.Object({ email: Email }, closed);
export const ErasePersonBody = Type.Object({ email: Email, reason: Type.Optional(Text(500)) }, closed);
export const EraseMeBody = Type.Object(
  {
    confirm: Type.Literal(true, {
      description: 'It cannot be taken back: tickets stay valid, but no mail reaches you.',
    }),
    password: Password,
    code: Type.Optional(SecondFactorCode),
  },
  closed,
);
export const Erased = Type.Object({ success: Type.Literal(true), bookings: Type.Integer(), message: Type.String() });

const Texts = (description: string) =>
  Type.Array(Type.Object({ text: Type.String(), writtenAt: Type.String() }), { description });

export const PersonExport = Type.Object({
  exportedAt: Type.String(),
  account: Type.Optional(
    Nullable(
      Type.Object({
        accountId: Type.String(),
        email: Type.String(),
        name: NullText(),
        createdAt: Type.String(),
      }),
    ),
  ),
  bookings: Type.Array(
    Type.Object({
      bookingId: Type.String(),
      eventId: Type.Integer(),
      title: Type.String(),
      startsAt: Type.String(),
      status: Type.String(),
      totalPrice: Type.Number(),
      currency: Type.String(),
      createdAt: Type.String(),
      contact: Nullable(
        Type.Object({
          name: NullText(),
          email: NullText(),
          phone: NullText(),
          notes: NullText(),
          companyName: NullText(),
          vatId: NullText(),
        }),
      ),
      attendees: Type.Array(Type.String()),
      texts: Texts('What was typed as a reason: of a cancellation, a refund, a gift.'),
    }),
  ),
  mentions: Texts('What was typed elsewhere and names this person.'),
});
