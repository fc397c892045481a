/** The entities that event pages use; numbers are read as they are. */
const entities: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'amp=& lt=< gt=> quot=" apos=\' nbsp=\u00a0 iexcl=¡ cent=¢ pound=£ yen=¥ sect=§ copy=© laquo=« raquo=» reg=® deg=° ' +
    'middot=· iquest=¿ times=× euro=€ ndash=– mdash=— lsquo=‘ rsquo=’ sbquo=‚ ldquo=“ rdquo=” bdquo=„ bull=• ' +
    'hellip=… trade=™ shy= zwj= zwnj= thinsp=\u2009 ensp=\u2002 emsp=\u2003 minus=− frac12=½ ordf=ª ordm=º szlig=ß ' +
    'Agrave=À Aacute=Á Acirc=Â Atilde=Ã Auml=Ä Aring=Å AElig=Æ Ccedil=Ç Egrave=È Eacute=É Ecirc=Ê Euml=Ë Igrave=Ì ' +
    'Iacute=Í Icirc=Î Iuml=Ï Ntilde=Ñ Ograve=Ò Oacute=Ó Ocirc=Ô Otilde=Õ Ouml=Ö Oslash=Ø Ugrave=Ù Uacute=Ú Ucirc=Û ' +
    'Uuml=Ü Yacute=Ý agrave=à aacute=á acirc=â atilde=ã auml=ä aring=å aelig=æ ccedil=ç egrave=è eacute=é ecirc=ê ' +
    'euml=ë igrave=ì iacute=í icirc=î iuml=ï ntilde=ñ ograve=ò oacute=ó ocirc=ô otilde=õ ouml=ö oslash=ø ugrave=ù ' +
    'uacute=ú ucirc=û uuml=ü yacute=ý yuml=ÿ OElig=Œ oelig=œ Scaron=Š scaron=š'
  )
    .split(' ')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
);

/** HTML character references to characters; what is none stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name as string] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** False if any text in the value holds what no text may hold: NUL, or half a surrogate pair. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  return typeof value !== 'object' || value === null || Object.values(value).every(isStorable);
}

/**
 * Text as a person reads it: entities decoded (twice, as many pages write `&amp;amp;`), tags taken out, control
 * characters (also those that turn the direction of text) and runs of white space made one space. NUL stays, for {@link isStorable} to find.
 */
export function cleanText(text: string): string {
  return decodeEntities(decodeEntities(text))
    .replace(/<(script|style)\b[^<]{0,10000}<\/\1\s*>/gi, ' ')
    .replace(/<\/?[a-z][^<>]{0,2000}>|<!--[^<]{0,2000}-->/gi, ' ')
    .replace(/(?:(?!\0)[\s\p{Cc}\u200b\ufeff\u202a-\u202e\u2066-\u2069])+/gu, ' ')
    .trim();
}

/** Cuts at `max` UTF-16 units, at a word's end where one is near, and says so with an ellipsis. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '');
  const space = cut.lastIndexOf(' ');
  return `${space > max * 0.8 ? cut.slice(0, space) : cut}…`;
}
