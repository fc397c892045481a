import { paragraphsOf } from '../../../../web/texts/show/show-words.ts';
import { toFound } from '../../../../web/texts/show/to-found.ts';
import type { EventBody } from '../../../contract/catalog.ts';
import type { OrganizerAnswer } from '../../../contract/organizers.ts';
import { escapeHtml as h } from '../../../kernel/html.ts';
import { readableOn } from '../../../kernel/readable.ts';
import { searchForm } from './event-body.ts';
import { frameBody } from './frame-body.ts';
import { card } from './home-body.ts';
import type { Words } from './words.ts';

/** The page of an organiser with the first of its shows, as `web/shop/organizer` draws it. */
export function organizerBody(
  organizer: OrganizerAnswer,
  shows: readonly EventBody[],
  words: Words,
  now: number,
): string {
  const { event: texts } = words;
  const { accentColor: colour, name, description, website } = organizer;
  const fill = colour
    ? `<svg aria-hidden="true"><rect width="100%" height="100%" fill="${h(colour)}"></rect></svg>`
    : '';
  const paragraphs = paragraphsOf(description ?? '').map((one) => `<p dir="auto">${h(one)}</p>`);
  const link = website
    ? `<a class="link" href="${h(website)}" target="_blank" rel="noreferrer">${h(texts.organizer.website)}</a>`
    : '';
  const none = `<div class="notice-notice"><svg width="22" height="22" aria-hidden="true"></svg><div class="notice-text"><strong class="notice-title">${h(texts.organizer.none.title)}</strong>${h(texts.organizer.none.text)}</div></div>`;
  const cards = shows.map((show) => card(toFound(show, now), words, false)).join('\n');
  const list = `<ul class="show-card-list" aria-label="${h(texts.organizer.upcoming)}">${cards}</ul>`;
  return frameBody(
    `<div class="organizer-band${colour ? ` organizer-${readableOn(colour)}` : ''}">${fill}<div class="page organizer-bandText"><h1 class="organizer-name" dir="auto">${h(name)}</h1></div></div>
<div class="page"><div class="organizer-about">${paragraphs.join('')}<div class="organizer-links">${link}</div></div>
<section class="organizer-shows"><h2>${h(texts.organizer.upcoming)}</h2>${shows.length === 0 ? none : list}</section></div>`,
    words,
    { noScript: texts.noScript, search: searchForm(words) },
  );
}
