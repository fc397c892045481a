const slugLengthMax = 50;
const titleLengthMax = 60;

/** A name as it can stand in an address: `Süd & Nord e.V.` is `sud-nord-e-v`. May be too short to be one. */
export function makeSlug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, slugLengthMax)
    .replace(/^-|-$/g, '');
}

/** Letters that Unicode does not take apart into a base letter and an accent. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  đ: 'd',
};

/**
 * What stands behind a show's id in the address of its page (`/e/42/night-tide-piano`). For people alone: the id finds the show,
 * whatever stands here. Other scripts keep their letters (an address carries them escaped); a title without any letter is `show`.
 */
export function showSlug(title: string): string {
  const words = title
    .toWellFormed()
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’ʼ`]/g, '')
    .replace(/[ßæœøðþłđ]/g, (letter) => plainLetters[letter]!)
    .normalize('NFC')
    .match(/[\p{L}\p{N}\p{M}]+/gu);
  let slug = '';
  for (const word of words ?? []) {
    const longer = slug === '' ? [...word].slice(0, titleLengthMax).join('') : `${slug}-${word}`;
    if ([...longer].length > titleLengthMax) break;
    slug = longer;
  }
  return slug === '' ? 'show' : slug;
}
