import { type Language, usualLanguage } from '../../../kernel/language.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { type BookingReads, type BookingRow, readBookingDetail } from '../../booking/index.ts';
import type { PaperOrder } from '../domain/paper.ts';
import { moneyInWords, paperWords } from '../domain/words.ts';
import { readPaperShow } from './read-show.ts';

type DetailParts = Parameters<typeof readBookingDetail>[0];

/**
 * Reads an order as papers show it; null if none of its tickets is left. In the language that is said, else its buyer's, else the one
 * that the request asks for.
 */
export function createReadPaper(parts: DetailParts & { readonly database: TenantDatabase }) {
  return async (
    seen: BookingReads,
    row: BookingRow,
    { said, asked }: { readonly said?: Language | undefined; readonly asked?: Language | undefined } = {},
  ): Promise<PaperOrder | null> => {
    const detail = await readBookingDetail(parts, seen, row);
    const sold = detail.tickets.filter(({ code }) => code !== null);
    if (sold.length === 0) return null;
    const language = said ?? detail.language ?? asked ?? usualLanguage;
    const words = paperWords(language);
    const show = await readPaperShow(parts.database.as({ organizerId: row.organizerId }), row.eventId, true);
    return {
      orderNumber: detail.orderNumber,
      orderedAt: row.createdAt,
      language,
      show: show!,
      tickets: sold.map(({ ticketId, ticketNumber, ticketType, rate, price, seat, attendeeName, code }) => ({
        ...{ ticketId, ticketNumber, ticketType, rate, seat },
        code: code!,
        price: moneyInWords(price, detail.currency, words),
        attendee: attendeeName ?? null,
      })),
    };
  };
}
