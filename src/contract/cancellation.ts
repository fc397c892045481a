import { type Static, Type } from 'typebox';
import { CancelQuery, PurchaseSchema } from './booking.ts';
import { closed, Nullable, Uuid } from './common.ts';
import { ticketsPerReservationMax } from './inventory.ts';

/** Staff give away more in one booking than a buyer can hold. */
const chosenMax = Math.max(200, ticketsPerReservationMax);

const ChosenTickets = Type.Array(Uuid(), {
  minItems: 1,
  maxItems: chosenMax,
  uniqueItems: true,
  description: 'Left out: all that are left.',
});

const ofBuyer = { ticketIds: Type.Optional(ChosenTickets), reason: CancelQuery.properties.reason };
const ofEither = { ...ofBuyer, refund: CancelQuery.properties.refund };

/** Which tickets to give back, by whoever has the order’s link; null or nothing: all of them. */
export const CancelOrderBody = Type.Union([Type.Object(ofBuyer, closed), Type.Null()]);
export const CancelChosenBody = Type.Union([Type.Object(ofEither, closed), Type.Null()]);

const { reason: _, ...previewed } = ofEither;
export const PreviewOrderBody = Type.Union([Type.Object({ ticketIds: ofBuyer.ticketIds }, closed), Type.Null()]);
export const PreviewBody = Type.Union([Type.Object(previewed, closed), Type.Null()]);

const { ticketId, ticketNumber, seat, ticketType, rate } = PurchaseSchema.properties.tickets.items.properties;

/** What a cancellation would do now. It is not a promise: the show, its date and the clock go on. */
export const CancellationPreviewSchema = Type.Object({
  bookingId: Type.String(),
  tickets: Type.Array(
    Type.Object({
      ticketId,
      ticketNumber,
      seat,
      ticketType,
      rate,
      paid: Type.Number({ description: 'What it cost, with its share of discount, fee and tax.' }),
    }),
    { description: 'Those that would be cancelled; none: they are already.' },
  ),
  isWhole: Type.Boolean({ description: 'No ticket of the booking is left after it.' }),
  amount: Type.Number({ description: 'What comes back.' }),
  kept: Type.Number({ description: 'What the organiser keeps of what these tickets cost.' }),
  currency: Type.String(),
  until: Nullable(
    Type.String({
      description: 'The last moment for a buyer is just before this; null: staff asked, or the show is postponed.',
    }),
  ),
});

export type CancellationPreview = Static<typeof CancellationPreviewSchema>;
