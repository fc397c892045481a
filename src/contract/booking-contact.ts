import { type Static, Type } from 'typebox';
import { BookingDetailSchema } from './booking.ts';
import { closed, OneLine, PersonName } from './common.ts';

/** What is to be said otherwise of a buyer; what is left out stays as it is. */
export const ContactBody = Type.Object(
  {
    name: Type.Optional(PersonName(100)),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
    phone: Type.Optional(OneLine(30)),
  },
  { ...closed, minProperties: 1 },
);

export const OrderContactCorrectedSchema = Type.Object({
  ...BookingDetailSchema.properties,
  orderLink: Type.String({
    description:
      'The page of the order from now on, as a path: after another mail address the link that was asked with opens nothing.',
  }),
});

export type OrderContactCorrected = Static<typeof OrderContactCorrectedSchema>;
