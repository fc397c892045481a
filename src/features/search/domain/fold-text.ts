/**
 * Texts and search terms meet in one folded form: case, accents and writing variants are gone, so *Björk*, *BJORK* and
 * *bjork* are one word. This is the only place that knows how; the database compares folded text byte by byte.
 */

/** Letters that Unicode does not take apart into a base letter and an accent. */
const plainLetters = new Map(
  Object.entries({
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    ð: 'd',
    þ: 'th',
    ł: 'l',
    đ: 'd',
    ħ: 'h',
    ı: 'i',
    ŋ: 'n',
    ς: 'σ',
    ى: 'ي',
    ة: 'ه',
  }),
);
const unlikeLetters = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

// Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic with its stretching line; variation selectors.
// Other scripts keep their marks: there they are vowels.
const accents =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u0591-\u05c7\u0640\u064b-\u065f\u0670]|[\ufe00-\ufe0f]/gu;

/** Folds case, accents, width and ligatures. Folding twice changes nothing. Works on any string. */
export function foldText(text: string): string {
  const apart = text.toWellFormed().normalize('NFKD').toLowerCase().normalize('NFKD');
  const folded = apart.replace(accents, '').replace(unlikeLetters, (letter) => plainLetters.get(letter)!);
  return folded.normalize('NFC');
}

/** Longer words are cut here, in texts and terms alike. */
export const wordLengthMax = 40;

const wordPattern = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
// Scripts that write without spaces: every letter and every pair of neighbours is a word there.
const unspacedPattern =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+$/u;
const unspacedRuns =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
// What people leave out when they type a name: O'Brien, AC/DC, Jay-Z, R.E.M.
const compoundPattern = /[\p{L}\p{N}\p{M}]+(?:['’ʼ`´.&/\-‐][\p{L}\p{N}\p{M}]+)+/gu;

/**
 * The words of a text as they are indexed, folded and each once, in order of appearance, at most `max`. Compounds are
 * there in parts and joined (`ac`, `dc`, `acdc`); writing without spaces as letters and pairs.
 */
export function wordsOfText(text: string, max: number): string[] {
  const folded = foldText(text);
  const words = new Set<string>();
  for (const [run] of folded.matchAll(wordPattern)) {
    if (words.size >= max) break;
    for (const [part] of run.matchAll(unspacedRuns)) {
      words.add(cut(part));
      if (unspacedPattern.test(part)) for (const piece of lettersAndPairs(part)) words.add(piece);
    }
  }
  for (const [compound] of folded.matchAll(compoundPattern)) {
    if (words.size >= max) break;
    words.add(cut(compound.replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')));
  }
  return [...words].slice(0, max);
}

/** The words of a search term, folded and each once, at most `max`; each must be found. */
export function wordsOfTerm(term: string, max: number): string[] {
  const words = new Set<string>();
  for (const [run] of foldText(term).matchAll(wordPattern)) {
    for (const [part] of run.matchAll(unspacedRuns)) {
      if (unspacedPattern.test(part) && part.length > 1) for (const pair of pairs([...part])) words.add(pair);
      else words.add(cut(part));
    }
  }
  return [...words].slice(0, max);
}

function cut(word: string): string {
  return word.length <= wordLengthMax ? word : [...word].slice(0, wordLengthMax).join('');
}

function lettersAndPairs(run: string): string[] {
  const letters = [...run].slice(0, 200);
  return [...letters, ...pairs(letters)];
}

function pairs(letters: string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i + 1 < letters.length; i++) found.push(letters[i]! + letters[i + 1]!);
  return found.length > 0 ? found : letters;
}
