import { makeHallPlan } from '../../../src/compose/demo/hall-plan.ts';
import type { EventBody } from '../../../src/contract/catalog.ts';

/** A hold as its buyer has it. */
export interface Held {
  readonly reservationId: string;
  readonly sessionToken: string;
}
export interface BookingSeen {
  readonly bookingId: string;
  readonly status: string;
}
export interface PaymentSeen {
  readonly paymentId: string;
  readonly status: string;
}

/** What staff and other buyers do over the API, beside the browser. */
export function createStaff(url: string, ownerKey: string) {
  const asStaff = { authorization: `Bearer ${ownerKey}` };
  const asGuest = {};
  const of = (organizer?: string) => ({ ...asStaff, ...(organizer && { 'x-organizer': organizer }) });

  async function ask<Answer>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = asStaff,
  ): Promise<Answer> {
    const answer = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  async function askText(path: string): Promise<string> {
    return (await fetch(new URL(path, url), { headers: asStaff })).text();
  }
  return {
    ask,
    /** A show on sale with places for whoever comes, of an organiser by its slug; parts of it can be replaced. */
    show: (parts: object = {}, organizer?: string) =>
      ask<EventBody>('POST', '/api/events', { ...openAir, ...parts }, of(organizer)),
    /** A show in a hall of 199 numbered seats. */
    async seatedShow(parts: object = {}): Promise<EventBody> {
      const { seatingPlanId } = await ask<{ seatingPlanId: number }>('POST', '/api/seating-plans', makeHallPlan());
      return ask<EventBody>('POST', '/api/events', { ...recital, seatingPlanId, ...parts });
    },
    /** Another buyer holds places of the first ticket type, or the seats that are named. */
    hold: (show: EventBody, what: object) =>
      ask<Held>(
        'POST',
        '/api/tickets/reserve',
        { eventId: show.eventId, customerEmail: 'other@example.com', ...what },
        asGuest,
      ),
    /** The id of a seat of the hall by row and number, as plans name it. */
    seat(row: string, number: string): string {
      const rows = makeHallPlan().plan.zones.flatMap((zone) => zone.rows);
      const seat = rows
        .find(({ row_number }) => row_number === row)
        ?.seats.find(({ seat_number }) => seat_number === number);
      if (!seat) throw new Error(`the hall has no seat ${number} in row ${row}`);
      return seat.seat_guid;
    },
    /** Another buyer pays. */
    pay: ({ reservationId, sessionToken }: Held, token = 'tok_ok') =>
      ask<BookingSeen>(
        'POST',
        '/api/tickets/purchase',
        { reservationId, payment: { provider: 'sandbox', token } },
        { 'x-session-token': sessionToken, 'idempotency-key': reservationId },
      ),
    bookings: async (eventId: number, organizer?: string) =>
      (await ask<{ items: BookingSeen[] }>('GET', `/api/bookings?eventId=${eventId}`, undefined, of(organizer))).items,
    order: <Order>(bookingId: string, organizer?: string) =>
      ask<Order>('GET', `/api/bookings/${bookingId}`, undefined, of(organizer)),
    /** The payments of a show that took money. */
    async charges(eventId: number): Promise<PaymentSeen[]> {
      const { items } = await ask<{ items: BookingSeen[] }>('GET', `/api/bookings?eventId=${eventId}`);
      const payments = await Promise.all(
        items.map(({ bookingId }) => ask<{ items: PaymentSeen[] }>('GET', `/api/payments?bookingId=${bookingId}`)),
      );
      return payments.flatMap((one) => one.items).filter(({ status }) => tookMoney.has(status));
    },
    /** The newest mail to somebody whose subject has these words, as text; waits for it. */
    async mail(to: string, subject: string): Promise<string> {
      for (let i = 0; i < 100; i++) {
        const { items } = await ask<{ items: { mailId: string; subject: string }[] }>(
          'GET',
          `/dev/mail?to=${encodeURIComponent(to)}`,
        );
        const found = items.find((one) => one.subject.includes(subject));
        if (found) return askText(`/dev/mail/${found.mailId}?format=text`);
        await new Promise((done) => setTimeout(done, 200));
      }
      throw new Error(`no mail to ${to} about ${subject}`);
    },
  };
}
export type Staff = ReturnType<typeof createStaff>;

const tookMoney = new Set(['captured', 'authorized']);

// Far off and fixed: pictures of pages are compared, and no test may end with a date.
const openAir = {
  title: 'Riverside Open Air',
  description: 'Three bands on the grass, standing.',
  type: 'MusicEvent',
  startsAt: '2034-07-01T18:00:00',
  timeZone: 'Europe/Lisbon',
  venue: 'Ribeira Meadow',
  venueAddress: 'Cais da Ribeira',
  currency: 'EUR',
  status: 'published',
  ticketTypes: [
    {
      name: 'General admission',
      capacity: 500,
      rates: [
        { name: 'Adult', price: 30 },
        { name: 'Child', price: 15 },
      ],
    },
  ],
};
const recital = {
  title: 'Night Tide Piano',
  description: 'Marta Veiga plays Debussy, Satie and the sea.',
  type: 'MusicEvent',
  startsAt: '2034-06-03T20:00:00',
  doorsAt: '2034-06-03T19:00:00',
  endsAt: '2034-06-03T22:00:00',
  timeZone: 'Europe/Lisbon',
  venue: 'Lighthouse Hall',
  venueAddress: 'Rua do Farol 12',
  performers: ['Marta Veiga'],
  currency: 'EUR',
  status: 'published',
  ticketTypes: [
    {
      name: 'Stalls',
      categories: ['Stalls'],
      rates: [
        { name: 'Adult', price: 38 },
        { name: 'Child', price: 19 },
      ],
    },
    {
      name: 'Balcony',
      categories: ['Balcony'],
      rates: [
        { name: 'Adult', price: 24 },
        { name: 'Child', price: 12 },
      ],
    },
  ],
};
