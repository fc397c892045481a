import { escapeHtml } from '../../../kernel/html.ts';
import type { Words } from './words.ts';

const logo =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path fill="var(--logo-ring)" d="M16 1.5a14.5 14.5 0 0 1 14.5 12.2 2.4 2.4 0 0 0 0 4.6A14.5 14.5 0 1 1 16 1.5Z"/><circle cx="14.5" cy="16" r="6.2" fill="var(--logo-dot)"/></svg>';

/**
 * Header and footer about the HTML of a view, as `web/shop/frame` draws them, with its classes: nothing moves when the app takes
 * over. Buttons that need script are not there yet; their room is.
 */
export function frameBody(
  main: string,
  { shop, home }: Words,
  { search = '', noScript = home.noScript }: { readonly search?: string; readonly noScript?: string } = {},
): string {
  return `<header class="frame-top"><div class="page frame-bar"><a class="frame-logo" href="/" aria-label="${escapeHtml(shop.home)}">${logo}<span>Onsale</span></a><div class="frame-grow">${search}</div><nav class="frame-nav">${nav(shop)}</nav></div></header>
<main id="main" class="frame-main">${main}</main>
<footer class="frame-foot"><div class="page frame-footRow"><span>${escapeHtml(shop.footer)}</span><span class="frame-grow"></span><a href="/docs">${escapeHtml(shop.apiDocs)}</a></div></footer>
<noscript><p class="page">${escapeHtml(noScript)}</p></noscript>`;
}

/** The links of the header for a guest; the button for light and dark, which needs script, has its room. */
function nav(shop: Words['shop']): string {
  const quiet = 'button-button button-quiet button-small button-square';
  const icon = (href: string, label: string) =>
    `<span class="only-phone"><a class="${quiet}" href="${href}" aria-label="${escapeHtml(label)}"></a></span>`;
  return [
    `<span class="only-desk"><a href="/?near=me">${escapeHtml(shop.nearMe)}</a></span>`,
    `<span class="only-desk"><a href="/tickets">${escapeHtml(shop.myTickets)}</a></span>`,
    `<span class="${quiet}"></span>`,
    icon('/tickets', shop.myTickets),
    icon('/sign-in', shop.signIn),
    `<span class="only-desk"><a class="button-button button-second button-small" href="/sign-in">${escapeHtml(shop.signIn)}</a></span>`,
  ].join('');
}
