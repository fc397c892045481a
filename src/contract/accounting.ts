import { type Static, Type } from 'typebox';
import { closed, LanguageName, Nullable, OneOf } from './common.ts';

export const ReceiptQuery = Type.Object(
  {
    format: Type.Optional(OneOf(['json', 'text', 'html'], 'Left out: as the Accept header says, else JSON.')),
    language: Type.Optional(LanguageName()),
  },
  closed,
);

const Amounts = { net: Type.Number(), tax: Type.Number(), total: Type.Number() };

export const ReceiptSchema = Type.Object({
  number: Type.String({ description: 'Without gaps per organiser.' }),
  kind: Type.String({ description: 'booking or refund.' }),
  isVoid: Type.Boolean({ description: 'Of a refund that failed after this was issued: it gave nothing back.' }),
  issuedAt: Type.String(),
  paidAt: Type.String(),
  bookingId: Type.String(),
  refundId: Nullable(Type.String()),
  transactionId: Type.String(),
  seller: Type.Object({
    name: Type.String(),
    address: Nullable(Type.String()),
    taxNumber: Nullable(Type.String()),
  }),
  customer: Nullable(Type.String()),
  companyName: Nullable(Type.String({ description: 'For whom the buyer asked the receipt to be made out.' })),
  vatId: Nullable(Type.String()),
  show: Type.Object({
    title: Type.String(),
    startsAt: Type.String(),
    timeZone: Type.String(),
    venue: Type.String(),
  }),
  reason: Nullable(Type.String()),
  currency: Type.String(),
  lines: Type.Array(Type.Object({ description: Type.String(), amount: Type.Number() })),
  taxes: Type.Array(
    Type.Object({ name: Type.String(), percent: Type.Number(), net: Type.Number(), tax: Type.Number() }),
  ),
  ...Amounts,
});

export const SettlementQuery = Type.Object({ format: Type.Optional(OneOf(['json', 'csv'])) }, closed);

const figures = {
  sold: Type.Integer({ description: 'Tickets sold now.' }),
  cancelled: Type.Integer({ description: 'Tickets that were given back.' }),
  tickets: Type.Number({ description: 'Prices of the tickets, before discount, fee and tax.' }),
  discounts: Type.Number(),
  fees: Type.Number({ description: 'Service fees, whoever pays them.' }),
  tax: Type.Number(),
  taken: Type.Number({ description: 'What buyers paid.' }),
  refunded: Type.Number({ description: 'Given back, by Onsale or in the payment provider’s own pages.' }),
  refundDue: Type.Number({ description: 'Promised and not given back yet.' }),
  due: Type.Number({ description: 'taken − refunded − refundDue − lostToDisputes − feesKept.' }),
  ticketsRefunded: Type.Number({
    description: 'What of `tickets` has gone back or is promised; the same for the next three.',
  }),
  discountsRefunded: Type.Number(),
  feesRefunded: Type.Number(),
  taxRefunded: Type.Number({ description: 'tax − taxRefunded is the tax in what was kept.' }),
  lostToDisputes: Type.Number({ description: 'Taken back by banks after disputes that were lost.' }),
  feesKept: Type.Number({
    description: 'Service fees that the organiser pays, on what was not given back: kept from `due`.',
  }),
};

export const SettlementSchema = Type.Object({
  eventId: Type.Integer(),
  title: Type.String(),
  startsAt: Type.String(),
  currency: Type.String(),
  bookings: Type.Integer(),
  ...figures,
  ticketTypes: Type.Array(Type.Object({ ticketTypeId: Type.Integer(), name: Type.String(), ...figures })),
});

export type ReceiptAnswer = Static<typeof ReceiptSchema>;
export type SettlementAnswer = Static<typeof SettlementSchema>;
