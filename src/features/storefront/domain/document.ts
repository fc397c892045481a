import { createHash } from 'node:crypto';
import { escapeHtml } from '../../../kernel/html.ts';
import type { Language } from '../../../kernel/language.ts';
import { pictureSize } from '../../../kernel/poster.ts';

/** What a page of the shop is made of, beside the app itself. All texts are plain: they are escaped here. */
export interface PageFacts {
  readonly language: Language;
  readonly title: string;
  readonly description?: string;
  /** The one address of what is shown; without it search engines do not list the page. */
  readonly canonical?: string;
  /** What the page is about, for those who link to it: `event`. */
  readonly type?: string;
  /** What is shown where the page is linked to: 1200 by 630 pixels (Open Graph), and what it shows in words. */
  readonly picture?: { readonly url: string; readonly alt: string };
  /** schema.org. */
  readonly jsonLd?: unknown;
  /** Answers of the API by their path, so that the first view asks for nothing. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Paths of the API that the app is going to ask for: the browser asks while it still loads the app. */
  readonly asksFor?: readonly string[];
  /** Lets scripts that the app adds run, on pages that are never kept. */
  readonly nonce?: string;
  /**
   * The page holds its styles itself, so that its first picture waits for no file, and asks for the app with less haste than for the
   * fonts of that picture.
   */
  readonly isBegun?: boolean;
  /** HTML of the view, for whoever has no script and until the app draws the same. */
  readonly body?: string;
}

/** Addresses of what a page loads to begin with. */
interface EntryFiles {
  readonly script: string;
  readonly styles: readonly string[];
  /** What the styles say. */
  readonly css: string;
  readonly imports: readonly string[];
}

/** What the app is on this server: the same for all pages. */
interface AppFiles {
  readonly theme: EntryFiles | null;
  readonly entry: EntryFiles;
  readonly fonts: readonly string[];
  readonly icon: string | null;
}

/** A document of the shop. Holds no executable script of its own: data is JSON, which no browser runs. */
export function renderDocument(facts: PageFacts, app: AppFiles): string {
  const { title, description, canonical, picture, jsonLd, answers, asksFor = [], body = '' } = facts;
  const { theme, entry, fonts, icon } = app;
  const haste = facts.isBegun ? ' fetchpriority="low"' : '';
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    facts.nonce && `<meta property="csp-nonce" nonce="${facts.nonce}">`,
    `<title>${escapeHtml(title)}</title>`,
    description && `<meta name="description" content="${escapeHtml(description)}">`,
    ...(canonical
      ? [
          `<link rel="canonical" href="${escapeHtml(canonical)}">`,
          `<meta property="og:url" content="${escapeHtml(canonical)}">`,
        ]
      : ['<meta name="robots" content="noindex">']),
    `<meta property="og:title" content="${escapeHtml(title)}">`,
    description && `<meta property="og:description" content="${escapeHtml(description)}">`,
    `<meta property="og:type" content="${escapeHtml(facts.type ?? 'website')}">`,
    `<meta property="og:locale" content="${facts.language === 'de' ? 'de_DE' : 'en_GB'}">`,
    '<meta property="og:site_name" content="Onsale">',
    ...(picture
      ? [
          `<meta property="og:image" content="${escapeHtml(picture.url)}">`,
          '<meta property="og:image:type" content="image/png">',
          `<meta property="og:image:width" content="${pictureSize.width}">`,
          `<meta property="og:image:height" content="${pictureSize.height}">`,
          `<meta property="og:image:alt" content="${escapeHtml(picture.alt)}">`,
        ]
      : []),
    `<meta name="twitter:card" content="${picture ? 'summary_large_image' : 'summary'}">`,
    '<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fafaf6">',
    '<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d0e0a">',
    icon && `<link rel="icon" href="${icon}" type="image/svg+xml">`,
    theme && `<script src="${theme.script}"></script>`,
    ...fonts.map((font) => `<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`),
    facts.isBegun && `<style>${inlineCss(entry.css)}</style>`,
    // What stands in the page is not loaded by the app again: it looks for these links.
    ...entry.styles.map((style) => `<link rel="stylesheet" href="${style}"${facts.isBegun ? ' disabled' : ''}>`),
    ...entry.imports.map((script) => `<link rel="modulepreload" href="${script}"${haste}>`),
    // As `fetch` asks: with the cookies of this site, and its answer is for scripts.
    ...asksFor.map((path) => `<link rel="preload" href="${escapeHtml(path)}" as="fetch" crossorigin>`),
    jsonLd !== undefined && `<script type="application/ld+json">${inlineJson(jsonLd)}</script>`,
    `<script type="application/json" id="page-data">${inlineJson({ answers: answers ?? {} })}</script>`,
    `<script type="module" src="${entry.script}"${haste}></script>`,
  ];
  return `<!doctype html>
<html lang="${facts.language}"><head>
${head.filter(Boolean).join('\n')}
</head><body><div id="app">${body}</div></body></html>
`;
}

/** JSON as it may stand in a script element: nothing in it can end the element or begin a comment. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** Styles as they may stand in a style element: nothing in them can end it. */
function inlineCss(css: string): string {
  return css.replaceAll('</', '<\\/');
}

const own = "'self'";

/** What pages of the shop may do: run, show and ask for what is ours. */
const pagePolicy = [
  "default-src 'none'",
  `script-src ${own}`,
  `style-src ${own}`,
  `img-src ${own} data: blob:`,
  `font-src ${own}`,
  `connect-src ${own}`,
  `worker-src ${own}`,
  `manifest-src ${own}`,
  `form-action ${own}`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** What a page made of these may do: beside {@link pagePolicy}, look as the styles say that it holds, and no others. */
export function policyOf({ isBegun = false }: PageFacts, { entry }: Pick<AppFiles, 'entry'>): string {
  if (!isBegun) return pagePolicy;
  const hash = createHash('sha256').update(inlineCss(entry.css)).digest('base64');
  return pagePolicy.replace(`style-src ${own}`, `style-src ${own} 'sha256-${hash}'`);
}

const stripeScripts = 'https://js.stripe.com https://*.js.stripe.com';

/**
 * What `/pay/…` may do beside: what Stripe's form needs, only where Stripe takes the cards. `nonce` stands at the scripts of one answer:
 * the page is never kept.
 */
export function payPolicy(nonce: string, { withStripe }: { readonly withStripe: boolean }): string {
  const withNonce = pagePolicy.replace(`script-src ${own}`, `script-src ${own} 'nonce-${nonce}'`);
  if (!withStripe) return withNonce;
  return withNonce
    .replace(`script-src ${own}`, `script-src ${own} ${stripeScripts}`)
    .replace(`connect-src ${own}`, `connect-src ${own} https://api.stripe.com`)
    .replace('worker-src', `frame-src ${stripeScripts} https://hooks.stripe.com; worker-src`);
}

/** The tag of a text: another text has another one. */
export function tagOf(text: string): string {
  return `"${createHash('sha1').update(text).digest('base64url')}"`;
}
