import { toOneLine } from '../../../kernel/clean-text.ts';
import type { Language } from '../../../kernel/language.ts';

/** A mail before it has a form: the text part and the HTML part (`mail-html.ts`) say the same. */
export interface MailText {
  readonly language: Language;
  readonly subject: string;
  /** What stands over it in large letters. */
  readonly heading: string;
  /** Whose mail it is; left out: the platform's own. */
  readonly from?: string;
  readonly blocks: readonly Block[];
  /** What doors scan, by ticket. */
  readonly codes?: ReadonlyMap<string, string>;
  /** The show, for the calendar of whoever goes. */
  readonly calendar?: { readonly name: string; readonly text: string };
  /** Small lines at the end. */
  readonly footer: readonly string[];
}

export interface TicketCard {
  readonly ticketId: string;
  readonly number: string | null;
  readonly name: string;
  readonly place: string | null;
  readonly price: string | null;
  /** It opens no door any more. */
  readonly isGone?: boolean;
}

export type Block =
  /** A paragraph. */
  | string
  /** A paragraph in small letters. */
  | { readonly note: string }
  /** Facts, one a line: `When: Friday …`; one without a name is what they are about. */
  | {
      readonly facts: readonly (readonly [name: string, value: string])[];
      /** In a card of its own; as the sum of what stands above; in small letters. */
      readonly isCard?: boolean;
      readonly isSum?: boolean;
      readonly isSmall?: boolean;
    }
  | { readonly tickets: readonly TicketCard[] }
  | { readonly link: string; readonly words: string };

/** The text part: lines as they are, a link on a line of its own. */
export function toPlainText({ blocks, footer }: MailText): string {
  return `${[...blocks.map(blockText), footer.join('\n')].join('\n\n')}\n`;
}

/**
 * A mail in which every text keeps to its line: whatever a name, a title or a reason holds, it begins no paragraph that
 * looks as if we had written it.
 */
export function onOneLineEach(mail: MailText): MailText {
  const { from, subject, heading, blocks, footer } = mail;
  return {
    ...mail,
    subject: toOneLine(subject),
    heading: toOneLine(heading),
    ...(from !== undefined && { from: toOneLine(from) }),
    blocks: blocks.map(blockOnOneLineEach),
    footer: footer.map(toOneLine),
  };
}

function blockOnOneLineEach(block: Block): Block {
  if (typeof block === 'string') return toOneLine(block);
  if ('note' in block) return { note: toOneLine(block.note) };
  if ('facts' in block) {
    return { ...block, facts: block.facts.map(([name, value]) => [name, toOneLine(value)] as const) };
  }
  if ('tickets' in block) return { tickets: block.tickets.map(cardOnOneLineEach) };
  return block;
}

function cardOnOneLineEach(card: TicketCard): TicketCard {
  const { number, name, place } = card;
  const line = (text: string | null) => (text === null ? null : toOneLine(text));
  return { ...card, number: line(number), name: toOneLine(name), place: line(place) };
}

function blockText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('note' in block) return block.note;
  if ('facts' in block)
    return block.facts.map(([name, value]) => (name === '' ? value : `${name}: ${value}`)).join('\n');
  if ('tickets' in block) return block.tickets.map((card) => `- ${ticketLine(card)}`).join('\n');
  return `${block.words}:\n${block.link}`;
}

function ticketLine({ number, name, place, price }: TicketCard): string {
  return [number, name, place, price].filter(Boolean).join(' · ');
}
