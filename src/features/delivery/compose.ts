import type { Language } from '../../kernel/language.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { calendarName, calendarOf } from './domain/calendar.ts';
import { createDeliveryRoutes, type DeliveryParts } from './http.ts';
import { createPress } from './pdf/press.ts';
import { createPictureRoutes } from './picture/http.ts';
import { createReadPaper } from './queries/read-paper.ts';

const restEveryMs = 30_000;

/** What leaves the shop: tickets on paper, the show in the calendar, its picture in links that are shared. */
export function createDelivery(parts: Omit<DeliveryParts, 'press'>) {
  const { database, store, ticketCodes, clock, orderLinks, baseUrl } = parts;
  const press = createPress({ clock });
  const picturePress = createPress({ clock });
  const delivery = { database, store, ticketCodes, clock, orderLinks, baseUrl, press };
  const readPaper = createReadPaper(delivery);
  return {
    /** The calendar file of a booking, to be sent with its mail; null if none of its tickets is left. */
    async calendar(bookingId: string, language: Language) {
      const row = await store.find(bookingId);
      const order = row && (await readPaper(store, row, { said: language }));
      return order && { name: calendarName(order), text: calendarOf(order, baseUrl()) };
    },
    routes: [createDeliveryRoutes(delivery), createPictureRoutes({ database, press: picturePress })].map(
      withoutLedgers,
    ),
    jobs: [
      {
        name: 'rest the printing threads',
        runs: 'in every process',
        everyMs: restEveryMs,
        run: async () => void (await Promise.all([press.rest(), picturePress.rest()])),
      },
    ],
    consumers: [],
    drain: async () => void (await Promise.all([press.close(), picturePress.close()])),
  } satisfies SliceShape;
}
