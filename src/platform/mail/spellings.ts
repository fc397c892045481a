import { domainToUnicode } from 'node:url';
import { mailSpelling } from '../../kernel/mail-spelling.ts';

/**
 * The spellings, in small letters, under which an address may stand in the database: the one that `mailSpelling` makes first, then
 * those in which it may have been typed (accents composed or not, the domain in letters or in ASCII).
 */
export function spellingsOf(address: string): string[] {
  const spelling = mailSpelling(address);
  const at = spelling.lastIndexOf('@');
  const ascii = spelling.slice(at + 1);
  const domain = domainToUnicode(ascii) || ascii;
  const locals = forms(spelling.slice(0, at));
  const domains = [ascii, ...forms(domain)];
  const typed = locals.flatMap((local) => domains.map((each) => `${local}@${each}`));
  return [...new Set([spelling, ...typed, address.trim().toLowerCase()])];
}

function forms(text: string): string[] {
  return [text.normalize('NFC'), text.normalize('NFD')];
}
