import { describeSale, type SaleWords, type TypeRow } from '../../../../web/texts/show/sale-words.ts';
import { describeShow, type ShowWords } from '../../../../web/texts/show/show-words.ts';
import type { EventBody } from '../../../contract/catalog.ts';
import type { AvailabilityAnswer } from '../../../contract/inventory.ts';
import { escapeHtml as h } from '../../../kernel/html.ts';
import { drawPoster } from '../../../kernel/poster.ts';
import { frameBody } from './frame-body.ts';
import type { Words } from './words.ts';

/** What a page says of a show, the same as the app: as HTML and in its head. */
export interface EventPageWords {
  readonly sale: SaleWords;
  readonly show: ShowWords;
}

const fewShare = 0.1;
/** Titles longer than this are set smaller. */
const longTitle = 60;
/** The room of an icon: the app draws it. */
const icon = (size: number) => `<svg width="${size}" height="${size}" aria-hidden="true"></svg>`;

export function eventWords(
  event: EventBody,
  availability: AvailabilityAnswer | null,
  words: Words,
  now: number,
): EventPageWords {
  const sale = describeSale({ event, availability, unlocked: null, now }, words);
  const isFew = sale.state === 'open' && sale.free < event.totalCapacity * fewShare;
  return { sale, show: describeShow(event, sale.state, isFew, words) };
}

/**
 * The page of a show as HTML: what `web/shop/event` draws first, by the same classes, so that nothing moves when the app takes
 * over. Whoever has no script reads everything, up to the choice of seats.
 */
export function eventBody(event: EventBody, { sale, show }: EventPageWords, words: Words): string {
  const { event: texts } = words;
  const isGrey = sale.state === 'sold out' || sale.state === 'called off';
  const poster = drawPoster({ title: event.title, type: event.type, form: 'plain' });
  const titleClass = event.title.length > longTitle ? 'event-title event-long' : 'event-title';
  const acts = `<div class="event-acts"><span class="button-button button-second button-small">${icon(18)}<span>${h(texts.share)}</span></span><a class="button-button button-second button-small" href="/api/events/${event.eventId}/event.ics" download>${icon(18)}${h(texts.toCalendar)}</a></div>`;
  const about =
    show.about.length === 0
      ? ''
      : `<section class="event-part"><h2>${h(texts.about)}</h2>${show.about.map((one) => `<p dir="auto">${h(one)}</p>`).join('')}</section>`;
  return frameBody(
    `<article class="page event-layout">
<div class="event-art"><span class="poster-frame event-poster${isGrey ? ' event-grey' : ''}" aria-hidden="true">${poster}</span>${acts}</div>
<div class="event-head"><div class="event-badges">${show.badges.map(badge).join('')}</div>
<h1 class="${titleClass}" dir="auto">${h(event.title)}</h1>
${show.lead ? `<p class="event-lead" dir="auto">${h(show.lead)}</p>` : ''}
${show.notice ? notice(show.notice) : ''}
${facts(event, show, words)}
<div class="only-phone">${acts}</div></div>
<div class="event-side" id="tickets">${buyCard(event, sale, words)}</div>
<div class="event-parts">${about}</div>
</article>
<aside class="event-bottom" aria-label="${h(texts.buyLabel)}"><div><b>${h(sale.from)}</b><div class="tiny faint numeric">${h(sale.leftWords)}</div></div>${choose(event, sale)}</aside>`,
    words,
    { noScript: texts.noScript, search: searchForm(words) },
  );
}

/** The search in the header, as `web/shop/frame` has it. */
export function searchForm({ shop }: Words): string {
  return `<search class="only-desk"><form class="frame-search" action="/">${icon(18)}<input type="search" name="q" maxlength="200" placeholder="${h(shop.searchShows)}" aria-label="${h(shop.searchShows)}"></form></search>`;
}

function badge({ word, tone }: ShowWords['badges'][number]): string {
  return `<span class="badge-badge${tone === 'plain' ? '' : ` badge-${tone}`}">${h(word)}</span>`;
}

function notice({ tone, title, text }: NonNullable<ShowWords['notice']>): string {
  return `<div class="event-notices"><div class="notice-notice notice-${tone}">${icon(22)}<div class="notice-text"><strong class="notice-title">${h(title)}</strong>${h(text)}</div></div></div>`;
}

function facts(event: EventBody, show: ShowWords, { event: texts }: Words): string {
  const fact = (title: string, ...lines: readonly string[]) => {
    const shown = lines.filter((line) => line !== '').map((line) => `<p>${line}</p>`);
    return `<div class="event-fact"><span class="event-icon"></span><div><b>${title}</b>${shown.join('')}</div></div>`;
  };
  const before = show.whenBefore === null ? '' : `${h(texts.when.before)} <s>${h(show.whenBefore)}</s>`;
  const address = show.address ? `<bdi>${h(show.address)}</bdi> · ` : '';
  const map = `<a href="${h(show.map)}" target="_blank" rel="noreferrer">${h(texts.where.map)}</a>`;
  const { slug, name } = event.organizer;
  return `<div class="event-facts">${[
    fact(h(show.when), before, h(show.doors), h(texts.when.zone(show.zonePlace))),
    fact(`<bdi>${h(show.where)}</bdi>`, `${address}${map}`),
    show.performers && fact(`<bdi>${h(show.performers)}</bdi>`, h(texts.performers)),
    event.status !== 'cancelled' && fact(h(show.giveBack.title), h(show.giveBack.text)),
    fact(`<a href="/o/${h(slug)}"><bdi>${h(texts.seller.title(name))}</bdi></a>`, h(texts.seller.text)),
  ]
    .filter(Boolean)
    .join('')}</div>`;
}

function buyCard(event: EventBody, sale: SaleWords, { event: texts }: Words): string {
  const { freeWords } = sale;
  const free = freeWords
    ? `<span class="badge-badge badge-solid event-seatsFree">${icon(15)}${h(freeWords)}</span>`
    : '';
  const peek =
    event.seatingPlanId === null
      ? `<div class="event-peek event-plain"><span>${h(texts.noSeats)}</span>${free}</div>`
      : `<a class="event-peek" href="/e/${event.eventId}/seats" aria-label="${h([texts.lookAtMap, freeWords].filter(Boolean).join(', '))}">${free}</a>`;
  const counting = sale.opensAt === null ? '' : '<p class="event-countdown"></p>';
  const why = sale.why ? `<p class="event-why">${h(sale.why)}</p>${counting}` : '';
  const hasCode = !['called off', 'over', 'closed'].includes(sale.state);
  const code = hasCode ? `<span class="event-link">${icon(18)}${h(texts.code.open)}</span>` : '';
  return `<section class="event-buy" aria-label="${h(texts.tickets)}"><header class="event-buyHead"><h2>${h(texts.tickets)}</h2><span class="event-live"><span class="event-dot"></span>${h(texts.live.asOf)}</span></header>
${peek}
${sale.types.map(typeItem).join('\n')}
<footer class="event-foot">${choose(event, sale, 'event-choose button-wide')}${why}<p class="event-small">${h(sale.terms)}</p>${code}</footer></section>`;
}

function typeItem(type: TypeRow): string {
  const isOff = type.state !== 'on sale' && type.state !== 'few left';
  const all = type.allRates.map(
    ({ name, price, rule }) =>
      `<li><span><bdi>${h(name)}</bdi> <span class="faint">${h(rule)}</span></span><span class="event-number">${h(price)}</span></li>`,
  );
  const rates =
    type.state === 'held'
      ? ''
      : all.length === 0
        ? `<bdi>${h(type.rates)}</bdi>`
        : `<details class="event-rates"><summary>${h(type.rates)}</summary><ul>${all.join('')}</ul></details>`;
  const left = `<span class="event-number${type.state === 'few left' ? ' event-few' : ''}">${h(type.words)}</span>`;
  const description = type.description ? `<p class="event-small" dir="auto">${h(type.description)}</p>` : '';
  return `<div class="event-type${isOff ? ' event-off' : ''}"><div class="event-typeTop"><h3><span class="event-swatch event-rank${type.rank}"></span><bdi>${h(type.name)}</bdi></h3><span class="event-price">${h(type.price)}</span></div><div class="event-typeLine">${rates}${left}</div>${description}</div>`;
}

function choose(event: EventBody, sale: SaleWords, more = ''): string {
  const classes = `button-button button-primary ${more}`.trim();
  const label = `${more ? icon(20) : ''}${h(sale.action)}`;
  return sale.state === 'open'
    ? `<a class="${classes}" href="/e/${event.eventId}/seats">${label}</a>`
    : `<span class="${classes}" aria-disabled="true">${label}</span>`;
}
