import { createStaff } from './staff.ts';

/** The shows that every picture of the shop has in it, by what is special about them. */
export interface Stock {
  readonly open: number;
  readonly seated: number;
  readonly soldOut: number;
  readonly notYet: number;
  readonly calledOff: number;
  readonly postponed: number;
  readonly hostile: number;
  readonly rightToLeft: number;
}

/** What would run if some page took a typed text for HTML. */
const script = `<script>window.broken='script'</script><img src=x onerror="window.broken='img'">`;

/** Stocks a fresh shop. These shows come before all others: theirs is the nearest date. */
export async function stockShop({
  url,
  ownerKey,
}: {
  readonly url: string;
  readonly ownerKey: string;
}): Promise<Stock> {
  const staff = createStaff(url, ownerKey);
  const at = (day: string) => ({ startsAt: `2031-${day}T20:00:00` });
  const soldOut = await staff.show({
    ...at('03-08'),
    title: 'A Very Small Room',
    type: 'ComedyEvent',
    ticketTypes: [{ name: 'Entry', price: 12, capacity: 2 }],
  });
  await staff.pay(await staff.hold(soldOut, { ticketTypeId: soldOut.ticketTypes[0]!.ticketTypeId, quantity: 2 }));
  const seated = await staff.seatedShow({
    ...at('03-01'),
    doorsAt: '2031-03-01T19:00:00',
    endsAt: '2031-03-01T22:00:00',
  });
  const open = await staff.show(at('03-02'));
  const notYet = await staff.show({
    ...at('03-09'),
    title: 'Winter Dances',
    type: 'DanceEvent',
    onSaleFrom: '2031-01-05T10:00:00',
  });
  const calledOff = await staff.show({ ...at('03-10'), title: 'The Seagull', type: 'TheaterEvent' });
  await staff.ask('PUT', `/api/events/${calledOff.eventId}`, { status: 'cancelled' });
  const postponed = await staff.show({ ...at('03-11'), title: 'Cup Final', type: 'SportsEvent' });
  await staff.ask('PUT', `/api/events/${postponed.eventId}`, { status: 'postponed' });
  const hostile = await staff.show({
    ...at('03-12'),
    title: `${script} ${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'.repeat(2)}`.slice(0, 200),
    description: `${script}\n`.repeat(3),
    venue: `${script} Hall`,
    venueAddress: `${script} Street`,
    performers: [`${script} & Band`],
    ticketTypes: [
      { name: script, description: script, rates: [{ name: `${script} adult`, price: 9_999.99 }], capacity: 10 },
    ],
    asksAttendeeNames: true,
  });
  const rightToLeft = await staff.show({
    ...at('03-13'),
    title: 'مهرجان الموسيقى الصيفية 🎻🔥👩‍👩‍👧‍👦 على ضفاف النهر',
    description: 'ليلة واحدة، ثلاث فرق. 🎶',
    venue: 'قاعة المنارة',
    performers: ['فرقة النهر', 'להקת הים'],
    ticketTypes: [{ name: 'دخول عام 🎟️', price: 20, capacity: 50 }],
  });
  return {
    open: open.eventId,
    seated: seated.eventId,
    soldOut: soldOut.eventId,
    notYet: notYet.eventId,
    calledOff: calledOff.eventId,
    postponed: postponed.eventId,
    hostile: hostile.eventId,
    rightToLeft: rightToLeft.eventId,
  };
}
