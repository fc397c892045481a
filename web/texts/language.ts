/** The languages that the app speaks. `pseudo` is English made longer, accented and mirrored, to look at layouts. */
export const languages = ['en', 'de', 'pseudo'] as const;
export type PageLanguage = (typeof languages)[number];

const storageKey = 'onsale.language';

/** What the person chose here before, else what the server chose for the page by what the browser prefers. */
export function chosenLanguage(): PageLanguage {
  const wished = new URLSearchParams(location.search).get('lang') ?? readKept() ?? document.documentElement.lang;
  return languages.find((one) => one === wished) ?? 'en';
}

/** Keeps the choice and loads the page again, in that language. */
export function chooseLanguage(language: PageLanguage): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Nothing may be kept here: then it holds for this page.
  }
  const address = new URL(location.href);
  address.searchParams.delete('lang');
  location.replace(address);
}

function readKept(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** The language that `Intl` is asked for. */
export function localeOf(language: PageLanguage): string {
  // The region of the browser, where it speaks the same language: dates of Britain are not those of America.
  const preferred = navigator.languages.find((one) => one.split('-')[0] === language);
  return preferred ?? (language === 'de' ? 'de' : 'en-GB');
}
