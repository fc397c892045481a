/** The languages that buyers are spoken to in. */
const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The language of whoever asks for none that we speak. */
export const usualLanguage: Language = 'en';

/** Browsers send few different headers; whoever makes up others only empties what is kept. */
const keptMax = 500;
const lengthMax = 300;
const kept = new Map<string, Language | undefined>();

/**
 * The language that an Accept-Language header (RFC 9110 §12.5.4) asks for first among those we speak: the highest weight counts,
 * among equal ones the first. Undefined where it asks for none of them; `*` is as good as no wish.
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language | undefined {
  if (acceptLanguage === undefined || acceptLanguage.length > lengthMax) return undefined;
  if (kept.has(acceptLanguage)) return kept.get(acceptLanguage);
  const found = negotiate(acceptLanguage);
  if (kept.size >= keptMax) kept.clear();
  kept.set(acceptLanguage, found);
  return found;
}

function negotiate(acceptLanguage: string): Language | undefined {
  let best: Language | undefined;
  let bestWeight = 0;
  for (const range of acceptLanguage.split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = languages.find((one) => tag === one || tag.startsWith(`${one}-`));
    const weight = weightOf(parameters);
    if (language !== undefined && weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

/** A weight that is none counts as no wish. */
function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const value = weight.slice(weight.indexOf('=') + 1).trim();
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0;
}
