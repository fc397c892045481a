import type { EventBody } from '../../src/contract/catalog.ts';
import { date, money, percent } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';

/** What the show's policy lets a buyer do, in a sentence. */
export function GiveBackLine({ event }: { readonly event: EventBody }) {
  const texts = textsOf('pay').pay;
  const { allowed, hoursBefore, feePercent, feePerTicket } = event.cancellation ?? freeOfCharge;
  if (!allowed) return texts.noGiveBack;
  const last = new Date(Date.parse(event.startsAt) - hoursBefore * 3_600_000);
  const until = `${date(last, event.timeZone, 'day')}, ${date(last, event.timeZone, 'time')}`;
  const less = [
    feePercent > 0 && percent(feePercent),
    feePerTicket > 0 && texts.perTicket(money(feePerTicket, event.currency)),
  ].filter(Boolean);
  return less.length === 0 ? texts.giveBackFree(until) : texts.giveBack(until, less.join(` ${texts.and} `));
}

/** What counts where the organiser says nothing. */
const freeOfCharge = { allowed: true, hoursBefore: 0, feePercent: 0, feePerTicket: 0 };
