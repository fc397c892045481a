/** Languages in which pages name countries. */
const languages = ['en', 'es', 'de', 'fr', 'it', 'pt', 'nl', 'ca', 'pl', 'sv', 'da', 'nb', 'fi', 'cs', 'tr', 'ja'];

const spokenNames: Readonly<Record<string, string>> = {
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'great britain': 'GB',
  'northern ireland': 'GB',
  usa: 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  'united states of america': 'US',
  'the netherlands': 'NL',
  holland: 'NL',
  gbr: 'GB',
  esp: 'ES',
  deu: 'DE',
  fra: 'FR',
  ita: 'IT',
  prt: 'PT',
  nld: 'NL',
  aus: 'AU',
  can: 'CA',
  irl: 'IE',
  aut: 'AT',
  che: 'CH',
  bel: 'BE',
  mex: 'MX',
};

let codes: Map<string, string> | undefined;

/** ISO 3166 code of a country by its code or its name in one of a dozen languages; undefined if it is none. */
export function countryCode(text: string): string | undefined {
  codes ??= readNames();
  return codes.get(text.trim().toLowerCase());
}

function readNames(): Map<string, string> {
  const names = new Map<string, string>();
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const all = letters.flatMap((first) => letters.map((second) => first + second));
  const display = languages.map((language) => new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }));
  const skipped = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
  for (const written of all) {
    if (skipped.has(written)) continue;
    // Codes that are withdrawn have names, too: FX is "France" as FR is.
    const code = new Intl.Locale(`und-${written}`).region!;
    for (const one of display) {
      const name = one.of(written);
      if (!name) continue;
      names.set(name.toLowerCase(), code);
      names.set(written.toLowerCase(), code);
    }
  }
  for (const [name, code] of Object.entries(spokenNames)) names.set(name, code);
  return names;
}
