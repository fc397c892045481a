import { isOneLine } from './clean-text.ts';

/** The ends of web addresses that everybody knows; behind any other, only what goes on as an address is one (`St.John` is a name). */
const knownEnds =
  'com|net|org|info|biz|name|io|co|me|ly|gg|to|cc|tv|ai|app|dev|xyz|top|shop|store|online|site|website|club|link|click|live|page|pro|win|vip|bet|casino|loan|icu|cn|ru|su|de|uk|eu|fr|it|es|pt|nl|be|ch|at|pl|us|ca|br|in|jp|example';
/** A name and an end with a dot between them, or four numbers; not behind an @, where it is a mail address. */
const address = new RegExp(
  `(?<![@\\p{L}\\p{N}._-])(?:[\\p{L}\\p{N}-]+\\.)+(?:(?:${knownEnds})(?![\\p{L}\\p{N}-])|xn--|[\\p{L}\\p{N}-]{2,}[/:?#])|(?<![\\p{N}.])(?:\\d{1,3}\\.){3}\\d{1,3}(?![\\p{N}.])`,
  'iu',
);

/**
 * Whether a text can be somebody's name: on one line, and no address of a web page, or mails of ours would carry a stranger's
 * advertisement to anybody.
 */
export function isPersonName(text: string): boolean {
  if (!isOneLine(text)) return false;
  // Nearly all of them.
  if (/^[\p{L}\p{M} '’-]*$/u.test(text)) return true;
  // As browsers read a domain: other dots are dots, and what is not drawn is not there.
  const read = text
    .normalize('NFKC')
    .replace(/[\u3002\uff61]/g, '.')
    .replace(/\p{Cf}/gu, '');
  return !/:\/\/|\bwww\.|\bhttps?:/i.test(read) && !address.test(read);
}
