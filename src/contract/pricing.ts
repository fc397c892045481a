import { type Static, Type } from 'typebox';
import { closed, InstantText, Nullable, OneLine, Page, PageQuery, SerialId } from './common.ts';

/** Wire schemas of promo codes, access codes, and places kept back. */

/** As many codes as an event may have: all of them lie in the memory of its sale. */
export const codesPerEventMax = 10_000;

const Uses = (description: string) =>
  Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description })));
const codeFields = {
  note: Type.Optional(Nullable(Type.String({ maxLength: 500, format: 'clean-text' }))),
  ticketTypeIds: Type.Optional(
    Nullable(
      Type.Array(SerialId(), {
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        description: 'What it counts for; hidden types named here are unlocked by it. null: all that are not hidden.',
      }),
    ),
  ),
  validFrom: Type.Optional(Nullable(InstantText())),
  validUntil: Type.Optional(Nullable(InstantText())),
  maxUses: Uses('Orders that may use it, in all.'),
  maxUsesPerCustomer: Uses('Orders of one customer: by session, account and mail address.'),
};
const discountFields = {
  percentOff: Type.Optional(
    Nullable(Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'At most four decimals.' })),
  ),
  amountOff: Type.Optional(
    Nullable(Type.Number({ exclusiveMinimum: 0, description: 'Once per order, in the currency of the event.' })),
  ),
};
const Code = OneLine(50, 'Letters, digits, - and _; upper and lower case are the same. Left out: one is made up.');

export const NewPromoCode = Type.Object({ code: Type.Optional(Code), ...discountFields, ...codeFields }, closed);
export const PromoCodeChange = Type.Object({ code: Type.Optional(Code), ...discountFields, ...codeFields }, closed);
export const NewAccessCode = Type.Object({ code: Type.Optional(Code), ...codeFields }, closed);
export const AccessCodeChange = NewAccessCode;

const codeAnswer = {
  eventId: SerialId(),
  code: Type.String(),
  note: Nullable(Type.String()),
  ticketTypeIds: Nullable(Type.Array(SerialId())),
  validFrom: Nullable(Type.String()),
  validUntil: Nullable(Type.String()),
  maxUses: Nullable(Type.Integer()),
  maxUsesPerCustomer: Nullable(Type.Integer()),
  uses: Type.Integer({ description: 'Bookings that use it; reservations count too until they end.' }),
  isActive: Type.Boolean({ description: 'false: it was taken back.' }),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
};
export const PromoCode = Type.Object({
  promoCodeId: SerialId(),
  percentOff: Nullable(Type.Number()),
  amountOff: Nullable(Type.Number()),
  currency: Type.String(),
  ...codeAnswer,
});
export const AccessCode = Type.Object({ accessCodeId: SerialId(), ...codeAnswer });
export const PromoCodePage = Page(PromoCode);
export const AccessCodePage = Page(AccessCode);
export const CodesQuery = Type.Object(
  { ...PageQuery, includeInactive: Type.Optional(Type.Boolean({ description: 'Also those that were taken back.' })) },
  closed,
);
export const CodeDeleted = Type.Object({ success: Type.Literal(true), message: Type.String() });

export type CodeBody = Static<typeof PromoCodeChange>;
export type PromoCodeAnswer = Static<typeof PromoCode>;
export type AccessCodeAnswer = Static<typeof AccessCode>;
