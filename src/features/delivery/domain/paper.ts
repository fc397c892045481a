import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';

/** A show as papers about it say it. */
export interface PaperShow {
  readonly eventId: number;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly startsAt: Instant;
  readonly doorsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly timeZone: string;
  readonly venue: string;
  readonly address: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly updatedAt: Instant;
  /** Who sells, for the imprint. */
  readonly seller: { readonly name: string; readonly address: string | null; readonly taxNumber: string | null };
}

/** A sold ticket as it is printed. */
export interface PaperTicket {
  readonly ticketId: string;
  readonly code: string;
  readonly ticketNumber: string | null;
  readonly ticketType: string;
  readonly rate: string;
  readonly price: string;
  readonly seat: { readonly zone: string; readonly row: string; readonly number: string } | null;
  readonly attendee: string | null;
}

/** An order with the tickets that let somebody in. */
export interface PaperOrder {
  readonly orderNumber: string;
  readonly orderedAt: Instant;
  readonly show: PaperShow;
  readonly tickets: readonly PaperTicket[];
  readonly language: Language;
}
