import { type Static, Type } from 'typebox';
import { closed, Nullable, OneOf, Page, PageQuery, Text, Uuid } from './common.ts';
import { keyField } from './idempotency.ts';
import { Slug } from './organizers.ts';

export const RefundBody = Type.Object(
  {
    amount: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'In the currency of the payment; left out: all that is left.' }),
    ),
    reason: Type.Optional(Text(500)),
    tickets: Type.Optional(
      OneOf(
        ['cancel', 'keep'],
        'When the last of the money goes back: `cancel` (the default) voids the tickets that are left, `keep` leaves them valid as goodwill.',
      ),
    ),
    confirm: Type.Optional(
      Type.Boolean({ description: 'The same amount of the same payment again within a minute is meant.' }),
    ),
    ...keyField,
  },
  closed,
);

export const RefundSchema = Type.Object({
  refundId: Type.String(),
  paymentId: Type.String(),
  bookingId: Type.String(),
  amount: Type.Number(),
  currency: Type.String(),
  reason: Type.String(),
  status: Type.String({ description: 'due, requested, refunded or failed' }),
  failureCode: Nullable(Type.String()),
  origin: Type.String({
    description:
      'Who gave it back: ours, provider (somebody in the provider’s own pages) or dispute (the bank took it back).',
  }),
  createdAt: Type.String(),
});

export const PaymentSchema = Type.Object({
  paymentId: Type.String(),
  bookingId: Type.String(),
  provider: Type.String(),
  account: Nullable(Type.String({ description: 'The organiser’s own there; null: the platform’s.' })),
  reference: Nullable(Type.String()),
  status: Type.String({ description: 'requested, authorized, captured or failed' }),
  failureCode: Nullable(Type.String()),
  amount: Type.Number(),
  currency: Type.String(),
  refunded: Type.Number(),
  createdAt: Type.String(),
  refunds: Type.Array(RefundSchema),
});

export const PaymentListSchema = Type.Object({ items: Type.Array(PaymentSchema) });
export const PaymentsQuery = Type.Object({ bookingId: Uuid() }, closed);

export const PaymentMethodsQuery = Type.Object({ organizer: Type.Optional(Slug()) }, closed);

export const PaymentMethodsSchema = Type.Object({
  providers: Type.Array(
    Type.Object({
      provider: Type.String(),
      publishableKey: Type.Optional(Type.String()),
      account: Type.Optional(
        Type.String({ description: 'The organiser’s own: the provider’s script in the browser needs it.' }),
      ),
      testCards: Type.Optional(Type.Array(Type.Object({ token: Type.String(), about: Type.String() }))),
    }),
  ),
});

export const ReviewSchema = Type.Object({
  reviewId: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  bookingId: Nullable(Type.String()),
  facts: Type.Unknown(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});

export const ReviewPage = Page(ReviewSchema);
export const ReviewsQuery = Type.Object({ ...PageQuery }, closed);
export const ResolveBody = Type.Object({ resolution: Text(500) }, closed);
export const WebhookSchema = Type.Object({ received: Type.Boolean() });

export type PaymentMethod = Static<typeof PaymentMethodsSchema>['providers'][number];
export type PaymentAnswer = Static<typeof PaymentSchema>;
export type RefundAnswer = Static<typeof RefundSchema>;
export type ReviewAnswer = Static<typeof ReviewSchema>;
