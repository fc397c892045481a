import { escapeHtml } from '../../../kernel/html.ts';
import type { Block, MailText, TicketCard } from './mail-text.ts';

/** The colours of the shop (`tokens.css`), light and dark: mail clients know no custom properties. */
const colours = {
  bg: ['#fafaf6', '#0d0e0a'],
  surface: ['#ffffff', '#16170f'],
  well: ['#f2f2ec', '#1e1f17'],
  line: ['#e2e2d9', '#2c2d23'],
  ink: ['#15160f', '#f5f5ec'],
  ink2: ['#484a40', '#c6c7ba'],
  ink3: ['#63655a', '#9fa194'],
  primary: ['#15160f', '#cdf03f'],
  onPrimary: ['#ffffff', '#15160f'],
  link: ['#453dcf', '#aaa5ff'],
} as const;
type Colour = keyof typeof colours;

const ui = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
const display = `'Bricolage Grotesque',${ui}`;
const code = "ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

/** Classes that the dark style changes, by the part of a style that they stand for. */
const darkRules = [
  ...(['bg', 'surface', 'well', 'primary'] as const).map(
    (name) => `.b-${name}{background:${colours[name][1]}!important}`,
  ),
  ...(['ink', 'ink2', 'ink3', 'onPrimary', 'link'] as const).map(
    (name) => `.c-${name}{color:${colours[name][1]}!important}`,
  ),
  `.mark{border-color:${colours.primary[1]}!important;background:${colours.bg[1]}!important}`,
  `.l-line{border-color:${colours.line[1]}!important}`,
];
const phoneRules = [
  '.page{padding:0!important}',
  '.sheet{border-radius:0!important;border-left:0!important;border-right:0!important}',
  '.inner{padding-left:20px!important;padding-right:20px!important}',
  '.heading{font-size:28px!important;line-height:34px!important}',
  '.button{width:100%!important}.button a{display:block!important;text-align:center!important}',
];
const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;-webkit-text-size-adjust:100%}
@media (max-width:620px){${phoneRules.join('')}}
@media (prefers-color-scheme:dark){${darkRules.join('')}}`;

/** A colour of the light style, and the class by which the dark one changes it. */
const ink = (name: Colour) => `color:${colours[name][0]}`;
const fill = (name: Colour) => `background:${colours[name][0]}`;
const border = `border:1px solid ${colours.line[0]}`;

/**
 * The HTML part: tables and inline styles, for that is what mail clients draw; nothing is fetched, nothing runs. Whatever a
 * customer or an organiser wrote is escaped. `codes`: the attached picture of each ticket's code, by ticket, as `cid:` names it.
 */
export function toHtml(mail: MailText, codes: ReadonlyMap<string, string> = new Map()): string {
  const { language, subject, heading, from, blocks, footer } = mail;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escapeHtml(subject)}</title><style>${style}</style></head>
<body class="b-bg" style="margin:0;padding:0;${fill('bg')}">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(previewOf(blocks))}</div>
<table role="presentation" class="b-bg" width="100%" cellpadding="0" cellspacing="0" border="0" style="${fill('bg')}"><tr>
<td class="page" align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;margin:0 auto">
<tr><td class="inner" style="padding:16px 8px 20px">${brand(from)}</td></tr>
<tr><td class="sheet b-surface l-line inner" style="${fill('surface')};${border};border-radius:18px;padding:32px 36px 36px">
<h1 class="heading c-ink" style="margin:0 0 20px;font:700 34px/40px ${display};letter-spacing:-0.02em;${ink('ink')};overflow-wrap:anywhere">${escapeHtml(heading)}</h1>
${blocks.map((block) => blockHtml(block, codes)).join('\n')}
</td></tr>
<tr><td class="inner" style="padding:20px 8px 32px">${footer.map(footerLine).join('\n')}</td></tr>
</table></td></tr></table></body></html>
`;
}

/** What lists of mails show beside the subject: the first sentence after the greeting. */
function previewOf(blocks: readonly Block[]): string {
  const [, first] = blocks.filter((block) => typeof block === 'string');
  return first ?? '';
}

/** The mark is two discs, one in the other, drawn with borders: a picture would be fetched or left out. */
function brand(from: string | undefined): string {
  const mark = `<span class="mark" style="display:inline-block;width:8px;height:8px;border:7px solid #15160f;border-radius:50%;background:#cdf03f;vertical-align:-5px"></span>`;
  return `<div class="c-ink" style="font:700 19px/24px ${display};letter-spacing:-0.02em;${ink('ink')};overflow-wrap:anywhere">${mark}<span style="padding-left:10px">${escapeHtml(from ?? 'Onsale')}</span></div>`;
}

function blockHtml(block: Block, codes: ReadonlyMap<string, string>): string {
  if (typeof block === 'string') return paragraph(block);
  if ('note' in block) {
    return `<p class="c-ink2" style="margin:0 0 16px;font:400 14px/20px ${ui};${ink('ink2')};overflow-wrap:anywhere">${escapeHtml(block.note)}</p>`;
  }
  if ('facts' in block) return factsHtml(block);
  if ('tickets' in block) return block.tickets.map((card) => ticketHtml(card, codes.get(card.ticketId))).join('\n');
  return button(block);
}

function paragraph(text: string): string {
  return `<p class="c-ink" style="margin:0 0 16px;font:400 16px/24px ${ui};${ink('ink')};overflow-wrap:anywhere">${escapeHtml(text)}</p>`;
}

function factsHtml({ facts, isCard, isSum, isSmall }: Extract<Block, { facts: unknown }>): string {
  if (isSum) return facts.map(sumHtml).join('\n');
  const size = isSmall ? '13px/18px' : '16px/24px';
  const rows = facts.map(([name, value], i) => {
    const gap = i === facts.length - 1 ? 0 : 12;
    if (name === '') {
      return `<tr><td class="c-ink" style="padding:0 0 ${gap}px;font:700 22px/28px ${display};letter-spacing:-0.012em;${ink('ink')};overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`;
    }
    return `<tr><td style="padding:0 0 ${gap}px"><div class="c-ink3" style="font:400 13px/18px ${ui};${ink('ink3')}">${escapeHtml(name)}</div><div class="c-ink" style="font:400 ${size} ${isSmall ? code : ui};${ink('ink')};overflow-wrap:anywhere">${escapeHtml(value)}</div></td></tr>`;
  });
  const table = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">${rows.join('')}</table>`;
  if (!isCard) return `<div style="margin:0 0 20px">${table}</div>`;
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px"><tr><td class="b-well" style="${fill('well')};border-radius:12px;padding:20px">${table}</td></tr></table>`;
}

function sumHtml([name, value]: readonly [string, string]): string {
  const cell = `padding:12px 0 4px;font:650 18px/26px ${ui};${ink('ink')}`;
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 0"><tr>
<td class="c-ink" style="${cell}">${escapeHtml(name)}</td><td class="c-ink" align="right" style="${cell};text-align:right;white-space:nowrap">${escapeHtml(value)}</td></tr></table>`;
}

/** A ticket as the shop draws it: its code on white whatever the theme, so that scanners read it, then a tear line, then what it is. */
function ticketHtml({ number, name, place, price, isGone }: TicketCard, cid: string | undefined): string {
  const picture =
    cid === undefined
      ? ''
      : `<tr><td align="center" style="padding:20px 20px 8px"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td style="background:#ffffff;border-radius:12px;padding:12px"><img src="cid:${escapeHtml(cid)}" width="220" height="220" alt="${escapeHtml(number ?? name)}" style="display:block;width:220px;height:220px;image-rendering:pixelated"></td></tr></table></td></tr>`;
  const struck = isGone ? ';text-decoration:line-through' : '';
  const numberLine =
    number === null
      ? ''
      : `<div class="c-ink3" style="font:400 14px/20px ${code};${ink('ink3')};overflow-wrap:anywhere${struck}">${escapeHtml(number)}</div>`;
  const placeLine =
    place === null
      ? ''
      : `<div class="c-ink" style="font:650 18px/26px ${ui};${ink('ink')};overflow-wrap:anywhere${struck}">${escapeHtml(place)}</div>`;
  const line = cid === undefined ? '' : `;border-top:2px dashed ${colours.line[0]}`;
  return `<table role="presentation" class="l-line" width="100%" cellpadding="0" cellspacing="0" border="0" style="${border};border-radius:12px;border-collapse:separate;margin:0 0 12px">${picture}
<tr><td class="l-line" style="padding:16px 20px${line}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td style="vertical-align:top">${placeLine}<div class="c-ink2" style="font:400 16px/24px ${ui};${ink('ink2')};overflow-wrap:anywhere">${escapeHtml(name)}</div>${numberLine}</td>
<td class="c-ink" align="right" style="vertical-align:top;padding-left:16px;font:400 16px/26px ${ui};${ink('ink')};white-space:nowrap">${price === null ? '' : escapeHtml(price)}</td></tr></table></td></tr></table>`;
}

function button({ link, words }: Extract<Block, { link: string }>): string {
  return `<table role="presentation" class="button" cellpadding="0" cellspacing="0" border="0" style="margin:16px 0 20px"><tr><td class="b-primary" style="${fill('primary')};border-radius:12px"><a class="c-onPrimary" href="${escapeHtml(link)}" style="display:inline-block;padding:12px 24px;font:550 16px/24px ${ui};${ink('onPrimary')};text-decoration:none">${escapeHtml(words)}</a></td></tr></table>`;
}

function footerLine(text: string): string {
  return `<p class="c-ink3" style="margin:0 0 4px;font:400 12px/18px ${ui};${ink('ink3')};overflow-wrap:anywhere">${escapeHtml(text)}</p>`;
}
