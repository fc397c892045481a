import { escapeHtml } from '../../../kernel/html.ts';

/** An address that search engines shall know. */
export interface SitemapEntry {
  readonly path: string;
  /** Milliseconds. */
  readonly updatedAt?: number;
}

const open = '<?xml version="1.0" encoding="UTF-8"?>\n';
const space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

/** One file of addresses (https://www.sitemaps.org/protocol.html: at most 50,000). */
export function sitemapFile(baseUrl: string, entries: readonly SitemapEntry[]): string {
  const urls = entries.map(({ path, updatedAt }) => {
    const changed = updatedAt === undefined ? '' : `<lastmod>${new Date(updatedAt).toISOString()}</lastmod>`;
    return `<url><loc>${escapeHtml(baseUrl + path)}</loc>${changed}</url>`;
  });
  return `${open}<urlset ${space}>\n${urls.join('\n')}\n</urlset>\n`;
}

/** The list of files. */
export function sitemapIndex(baseUrl: string, files: readonly string[]): string {
  const maps = files.map((file) => `<sitemap><loc>${escapeHtml(`${baseUrl}/${file}`)}</loc></sitemap>`);
  return `${open}<sitemapindex ${space}>\n${maps.join('\n')}\n</sitemapindex>\n`;
}

/** What robots may read: the shop, and neither what is personal nor the API. */
export function robots(baseUrl: string): string {
  const closed = [
    '/api/',
    '/dev/',
    '/pay/',
    '/order/',
    '/tickets',
    '/account',
    '/sandbox/',
    '/sign-in',
    '/reset',
    '/verify',
    '/mail-address',
  ];
  return `User-agent: *\n${closed.map((path) => `Disallow: ${path}`).join('\n')}\nAllow: /\nSitemap: ${baseUrl}/sitemap.xml\n`;
}
