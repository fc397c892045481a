import type { FoundEventAnswer, SearchPageAnswer, SearchPlacesAnswer } from '../../../contract/search.ts';
import { escapeHtml } from '../../../kernel/html.ts';
import { ownMember } from '../../../kernel/own-member.ts';
import { drawPoster } from '../../../kernel/poster.ts';
import { frameBody } from './frame-body.ts';
import type { Words } from './words.ts';

/** The home page as HTML: what `web/shop/home` draws first, by the same classes. Its form searches without script, too. */
export function homeBody(page: SearchPageAnswer, { types }: SearchPlacesAnswer, words: Words): string {
  const { home } = words;
  const field = (name: string, hint: string, label: string) =>
    `<label class="home-cell"><svg></svg><span>${escapeHtml(label)}</span><input name="${name}" placeholder="${escapeHtml(hint)}"></label>`;
  const { find } = home;
  const form = `<search><form class="home-find" action="/" aria-label="${escapeHtml(find.label)}">${field('q', find.whatHint, find.what)}${field('where', find.whereHint, find.where)}<label class="home-cell"><svg></svg><span>${escapeHtml(find.when)}</span><select name="when"><option value="">${escapeHtml(home.dates.any)}</option></select></label><button class="button-button button-primary home-submit"><svg width="20" height="20"></svg><span>${escapeHtml(find.submit)}</span></button></form></search>`;
  const chip = (word: string, href: string, isOn = false) =>
    `<a class="chip-chip" href="${href}"${isOn ? ' aria-current="true"' : ''}>${escapeHtml(word)}</a>`;
  const chips = [
    chip(home.all, '/', true),
    chip(home.dates.weekend, '/?when=weekend'),
    ...types.flatMap(({ type }) => {
      const word = ownMember(home.types, type);
      return word === undefined ? [] : [chip(word, `/?type=${type}`)];
    }),
    chip(home.onSale, '/?onSale=true'),
  ];
  const amount = home.count(page.total, words.count(page.total), page.totalMore);
  const cards = page.items.map((show, i) => card(show, words, i === 0)).join('\n');
  return frameBody(
    `<div class="page"><section class="home-hero"><h1 class="home-headline">${escapeHtml(home.title)}</h1>${form}</section>
<div class="home-filters"><div class="home-chips"><fieldset class="chip-chips" aria-label="${escapeHtml(home.filters)}">${chips.join('')}</fieldset></div></div>
<div class="home-result"><h2>${escapeHtml(home.comingUp)}</h2><span class="faint small numeric">${escapeHtml(amount)}</span></div>
<ul class="show-card-list" aria-label="${escapeHtml(home.windowTitle)}">${cards}</ul></div>`,
    words,
  );
}

/** A show as a card, as `web/shop/show-card` draws it. */
export function card(show: FoundEventAnswer, words: Words, isLead: boolean): string {
  const { startsAt, timeZone, title, venue, city, fromPrice, currency, availability } = show;
  const { home } = words;
  const note = `${words.date(startsAt, timeZone, 'short')} · ${venue}`;
  const poster = drawPoster({ title, type: show.type, note, form: isLead ? 'wide' : 'tall' });
  const isGone = availability === 'sold out' || availability === 'cancelled';
  const state = home.availability[availability] ?? '';
  const price =
    availability === 'sold out' || fromPrice === null
      ? ''
      : fromPrice === 0
        ? `<b class="show-card-price">${escapeHtml(home.free)}</b>`
        : `<span class="show-card-price">${escapeHtml(home.from)} <b>${escapeHtml(words.money(fromPrice, currency))}</b></span>`;
  const classes = [isLead && 'show-card-lead', isGone && 'show-card-gone'].filter(Boolean).join(' ');
  return `<li class="${classes}"><a class="show-card-card" href="/e/${show.eventId}/${encodeURIComponent(show.slug)}"><span class="poster-frame show-card-poster" aria-hidden="true">${poster}</span><span class="show-card-text"><span class="show-card-when">${escapeHtml(words.date(startsAt, timeZone, 'short'))} · ${escapeHtml(words.date(startsAt, timeZone, 'time'))}</span><h3 class="show-card-title" dir="auto">${escapeHtml(title)}</h3><span class="show-card-where" dir="auto">${escapeHtml(city ? `${venue}, ${city}` : venue)}</span><span class="show-card-line">${price}${state ? `<span class="badge-badge">${escapeHtml(state)}</span>` : ''}</span></span></a></li>`;
}
