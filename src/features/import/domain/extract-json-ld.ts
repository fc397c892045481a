import { decodeEntities } from './clean-text.ts';

/** A block of JSON-LD in a page: its text, ready to parse, and where in the page it starts. */
export interface JsonLdBlock {
  readonly text: string;
  readonly start: number;
}

/** True for text that is a page and not JSON. */
export function looksLikeHtml(text: string): boolean {
  return /^\s*(?:<\?xml\b|<!doctype\b|<!--|<[a-z])/i.test(text);
}

/** More than any page has; what is beyond is not read. */
export const blocksMax = 10_000;

/**
 * The `<script type="application/ld+json">` blocks of a saved page, in order. Follows the tokenizer of HTML as far as
 * it matters: comments, and the raw text of other scripts and of elements like style and textarea, are passed
 * over, attributes may be quoted either way or not at all, a script ends at the first `</script`.
 */
export function extractJsonLd(html: string): JsonLdBlock[] {
  const blocks: JsonLdBlock[] = [];
  const opening = /<!--|<(script|style|textarea|title|xmp|noembed|noframes)(?=[\s/>])/gi;
  for (let match = opening.exec(html); match && blocks.length < blocksMax; match = opening.exec(html)) {
    const name = match[1];
    if (name === undefined) {
      opening.lastIndex = endOfComment(html, match.index + 4);
      continue;
    }
    const tag = readAttributes(html, match.index + match[0].length);
    const end = indexOfEndTag(html, name, tag.end);
    if (name.toLowerCase() === 'script' && isJsonLd(tag.attributes.get('type'))) {
      const raw = html.slice(tag.end, end);
      const text = unwrap(raw);
      if (text.trim() !== '') blocks.push({ text, start: tag.end + Math.max(raw.indexOf(text.slice(0, 20)), 0) });
    }
    opening.lastIndex = Math.max(end, tag.end);
  }
  return blocks;
}

function isJsonLd(type: string | undefined): boolean {
  return type !== undefined && /^\s*application\/ld\+json\s*(?:;|$)/i.test(type);
}

function endOfComment(html: string, from: number): number {
  // `<!-->` and `<!--->` are whole comments.
  if (html.startsWith('>', from) || html.startsWith('->', from)) return html.indexOf('>', from) + 1;
  const end = /--!?>/g;
  end.lastIndex = from;
  const match = end.exec(html);
  return match ? match.index + match[0].length : html.length;
}

function indexOfEndTag(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

/** Attributes from behind a tag's name to its `>`; the first of two with one name counts. */
function readAttributes(html: string, from: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  const attribute = /[\s/]*(?:(>)|([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?)/y;
  let end = from;
  for (;;) {
    attribute.lastIndex = end;
    const match = attribute.exec(html);
    if (!match || match[0] === '') return { attributes, end: skipTo(html, end) };
    end = attribute.lastIndex;
    if (match[1] !== undefined) return { attributes, end };
    const name = match[2]!.toLowerCase();
    if (!attributes.has(name)) attributes.set(name, decodeEntities(match[3] ?? match[4] ?? match[5] ?? ''));
  }
}

function skipTo(html: string, from: number): number {
  const close = html.indexOf('>', from);
  return close < 0 ? html.length : close + 1;
}

/** Without the CDATA and comment marks that XHTML and old browsers asked for, and without a closing semicolon. */
function unwrap(text: string): string {
  return text
    .trim()
    .replace(/^(?:\/\/|\/\*)?\s*<!\[CDATA\[\s*(?:\*\/)?/, '')
    .replace(/(?:\/\/|\/\*)?\s?\]\]>\s?(?:\*\/)?$/, '')
    .replace(/^\s*(?:\/\/\s*)?<!--/, '')
    .replace(/(?:\/\/\s?)?-->$/, '')
    .replace(/;$/, '');
}

/**
 * What browsers' readers of JSON-LD forgive and strict JSON does not: raw line breaks and tabs inside strings, entities
 * for quotes in XHTML pages, a comma before a closing bracket.
 */
export function mendJson(text: string): string {
  const plain = /^\s*[[{]\s*&quot;/.test(text) ? decodeEntities(text) : text;
  const parts: string[] = [];
  // Texts are found by a sticky pattern from their opening quote, so that a quote without an end is looked at once.
  const textBody = /[^"\\]*(?:\\[\s\S][^"\\]*)*/y;
  let at = 0;
  while (at < plain.length) {
    const quote = plain.indexOf('"', at);
    const outside = plain.slice(at, quote < 0 ? plain.length : quote);
    parts.push(outside.replace(/,(?=\s*[\]}])/g, ''));
    if (quote < 0) break;
    textBody.lastIndex = quote + 1;
    textBody.exec(plain);
    at = textBody.lastIndex + 1;
    parts.push(plain.slice(quote, at).replace(/(?!\0)\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1)));
  }
  return parts.join('');
}
