import type { EventBody } from '../../../contract/catalog.ts';
import { escapeHtml } from '../../../kernel/html.ts';
import type { Words } from './words.ts';

/**
 * The page on which seats are chosen as HTML: the boxes that `web/seat-map/parts/loading.tsx` draws, by the same classes. They stay until
 * the app has seats to show.
 */
export function seatsBody(event: EventBody, { event: texts }: Words): string {
  return `<div class="chooser-view" aria-busy="true"><header class="chooser-strip"><h1 class="spoken" dir="auto">${escapeHtml(event.title)}</h1><span class="skeleton-skeleton chooser-loadingTitle" aria-hidden="true"></span></header><main class="chooser-pick"><div class="chooser-map"></div><div class="chooser-panel"></div></main></div>
<noscript><p class="page">${escapeHtml(texts.noScript)}</p></noscript>`;
}
