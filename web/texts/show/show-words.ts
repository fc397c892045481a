import type { EventBody } from '../../../src/contract/catalog.ts';
import { ownMember } from '../../../src/kernel/own-member.ts';
import { momentWords, type SaleState, type ShowLanguage } from './sale-words.ts';

export interface ShowBadge {
  readonly word: string;
  readonly tone: 'plain' | 'warn' | 'no' | 'info' | 'solid';
}

/** What a page says of a show beside its sale, in words: the server and the app say the same. */
export interface ShowWords {
  readonly badges: readonly ShowBadge[];
  /** The first words beneath the title. */
  readonly lead: string | null;
  readonly about: readonly string[];
  readonly when: string;
  /** The date that was announced before it was moved. */
  readonly whenBefore: string | null;
  readonly doors: string;
  /** How the place of the show is called in "Porto time". */
  readonly zonePlace: string;
  readonly where: string;
  readonly address: string;
  readonly map: string;
  readonly giveBack: { readonly title: string; readonly text: string };
  readonly performers: string;
  readonly notice: { readonly tone: 'no' | 'info'; readonly title: string; readonly text: string } | null;
}

const leadMax = 220;
const minuteMs = 60_000;

export function describeShow(event: EventBody, sale: SaleState, isFew: boolean, language: ShowLanguage): ShowWords {
  const { event: texts, date, list } = language;
  const { startsAt, timeZone, venueDetails } = event;
  const [first = '', ...others] = paragraphsOf(event.description ?? '');
  const isLead = first !== '' && first.length <= leadMax;
  const isOpen = event.status === 'postponed';
  return {
    badges: badgesOf(event, sale, isFew, language),
    lead: isLead ? first : null,
    about: isLead ? others : first === '' ? [] : [first, ...others],
    when: isOpen ? texts.when.open : texts.when.at(date(startsAt, timeZone, 'long'), date(startsAt, timeZone, 'time')),
    whenBefore: beforeOf(event, language),
    doors: [
      !isOpen && event.doorsAt !== null && texts.when.doors(date(event.doorsAt, timeZone, 'time')),
      event.endsAt !== null && lengthOf(Date.parse(event.endsAt) - Date.parse(startsAt), language),
    ]
      .filter(Boolean)
      .join(' · '),
    zonePlace: venueDetails.city ?? placeOfZone(timeZone),
    where: event.venue,
    address: addressOf(event),
    map: mapOf(event),
    giveBack: giveBackOf(event, language),
    performers: list(event.performers.map(({ name }) => name)),
    notice: noticeOf(event, language),
  };
}

/** Plain text as its paragraphs: an empty line, or a line of its own, ends one. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\s*\n\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function badgesOf(event: EventBody, sale: SaleState, isFew: boolean, language: ShowLanguage): ShowBadge[] {
  const { event: texts } = language;
  const { states } = texts;
  const type = { word: ownMember(texts.types, event.type) ?? texts.anyType, tone: 'plain' } as const;
  const opensAt = event.onSaleFrom === null ? null : Date.parse(event.onSaleFrom);
  const state: Partial<Record<SaleState, ShowBadge>> = {
    'called off': { word: states.calledOff, tone: 'no' },
    postponed: { word: states.postponed, tone: 'info' },
    'sold out': { word: states.soldOut, tone: 'solid' },
    over: { word: states.over, tone: 'plain' },
    closed: { word: states.closed, tone: 'plain' },
    ...(opensAt !== null && {
      'not yet': { word: states.notYet(momentWords(opensAt, event, language)), tone: 'solid' },
    }),
    ...(isFew && { open: { word: states.fewLeft, tone: 'warn' } }),
  };
  const isMoved = event.previousStartsAt !== null && event.status === 'published';
  const moved = isMoved ? [{ word: states.moved, tone: 'info' } as const] : [];
  const own = state[sale];
  return [type, ...(own ? [own] : []), ...moved];
}

/** A postponed show stands at its old date until it has a new one. */
function beforeOf(event: EventBody, { event: texts, date }: ShowLanguage): string | null {
  const { timeZone, status, previousStartsAt, startsAt } = event;
  const before = status === 'postponed' ? (previousStartsAt ?? startsAt) : previousStartsAt;
  return before === null ? null : texts.when.at(date(before, timeZone, 'long'), date(before, timeZone, 'time'));
}

function lengthOf(ms: number, { event: texts, count }: ShowLanguage): string | false {
  const minutes = Math.round(ms / minuteMs);
  // A festival of days has an end, but no length that anybody counts in hours.
  if (minutes <= 0 || minutes > 12 * 60) return false;
  if (minutes < 100) return texts.when.lastsMinutes(minutes > 20 ? Math.round(minutes / 5) * 5 : minutes);
  const hours = Math.round(minutes / 30) / 2;
  return texts.when.lasts(count(hours), hours === 1);
}

function placeOfZone(timeZone: string): string {
  return timeZone.split('/').at(-1)!.replaceAll('_', ' ');
}

function addressOf({ venueDetails, venueAddress }: EventBody): string {
  const { city, postalCode } = venueDetails;
  const town = [postalCode, city].filter(Boolean).join(' ');
  const isNamed = town !== '' && city !== null && venueAddress?.toLowerCase().includes(city.toLowerCase());
  return [venueAddress, isNamed ? '' : town].filter(Boolean).join(', ');
}

/** Where the venue lies on OpenStreetMap. */
function mapOf({ venueDetails, venue, venueAddress }: EventBody): string {
  const { latitude, longitude, city, country } = venueDetails;
  if (latitude !== null && longitude !== null) {
    return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  }
  const words = [venue, venueAddress, city, country].filter(Boolean).join(', ');
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(words)}`;
}

function giveBackOf(event: EventBody, { event: texts, money, count, date }: ShowLanguage): ShowWords['giveBack'] {
  const { giveBack } = texts;
  const { cancellation, currency, startsAt, timeZone } = event;
  if (cancellation && !cancellation.allowed) return { title: giveBack.never, text: giveBack.ifMoved };
  const { hoursBefore = 0, feePercent = 0, feePerTicket = 0 } = cancellation ?? {};
  const until = new Date(Date.parse(startsAt) - hoursBefore * 60 * minuteMs);
  const share = count(100 - feePercent);
  const amount = money(feePerTicket, currency);
  const what =
    feePercent > 0
      ? feePerTicket > 0
        ? giveBack.shareLess(share, amount)
        : giveBack.share(share)
      : feePerTicket > 0
        ? giveBack.lessPerTicket(amount)
        : giveBack.everything;
  return {
    title:
      hoursBefore > 0 && event.status !== 'postponed'
        ? giveBack.until(date(until, timeZone, 'day'), date(until, timeZone, 'time'))
        : giveBack.untilStart,
    text: `${what} ${giveBack.after}`,
  };
}

function noticeOf({ status, previousStartsAt }: EventBody, { event: texts }: ShowLanguage): ShowWords['notice'] {
  if (status === 'cancelled') return { tone: 'no', ...texts.calledOff };
  if (status === 'postponed') return { tone: 'info', ...texts.postponed };
  return previousStartsAt === null ? null : { tone: 'info', ...texts.moved };
}
