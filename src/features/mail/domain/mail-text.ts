import { toOneLine } from '../../../kernel/clean-text.ts';
import { escapeHtml } from '../../../kernel/html.ts';

/** A mail before it has a form: the text part and the HTML part say the same. */
export interface MailText {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

export type Block =
  /** A paragraph. */
  | string
  /** Facts, one a line: `When: Friday …`. */
  | { readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly items: readonly string[] }
  | { readonly link: string; readonly words: string };

/** The text part: lines as they are, a link on a line of its own. */
export function toPlainText({ blocks }: MailText): string {
  return `${blocks.map(blockText).join('\n\n')}\n`;
}

/**
 * A mail in which every text keeps to its line: whatever a name, a title or a reason holds, it begins no paragraph that
 * looks as if we had written it.
 */
export function onOneLineEach({ subject, blocks }: MailText): MailText {
  return { subject: toOneLine(subject), blocks: blocks.map(blockOnOneLineEach) };
}

function blockOnOneLineEach(block: Block): Block {
  if (typeof block === 'string') return toOneLine(block);
  if ('facts' in block) return { facts: block.facts.map(([name, value]) => [name, toOneLine(value)] as const) };
  return 'items' in block ? { items: block.items.map(toOneLine) } : block;
}

function blockText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('facts' in block) return block.facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  if ('items' in block) return block.items.map((item) => `- ${item}`).join('\n');
  return `${block.words}:\n${block.link}`;
}

/** The HTML part: no images, no scripts, nothing fetched. Whatever a customer or an organiser wrote is escaped. */
export function toHtml({ subject, blocks }: MailText): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 40em">
${blocks.map(blockHtml).join('\n')}
</body></html>
`;
}

function blockHtml(block: Block): string {
  if (typeof block === 'string') return `<p>${escapeHtml(block)}</p>`;
  if ('facts' in block) {
    const rows = block.facts.map(([name, value]) => `<b>${escapeHtml(name)}:</b> ${escapeHtml(value)}`);
    return `<p>${rows.join('<br>\n')}</p>`;
  }
  if ('items' in block) return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`;
  return `<p><a href="${escapeHtml(block.link)}">${escapeHtml(block.words)}</a></p>`;
}
