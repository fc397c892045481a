import { texts as eventDe } from '../../../../web/texts/de/event.ts';
import { texts as homeDe } from '../../../../web/texts/de/home.ts';
import { texts as shopDe } from '../../../../web/texts/de/shop.ts';
import { texts as eventEn } from '../../../../web/texts/en/event.ts';
import { texts as homeEn } from '../../../../web/texts/en/home.ts';
import { texts as shopEn } from '../../../../web/texts/en/shop.ts';
import { createFormats, type Formats } from '../../../kernel/formats.ts';
import type { Language } from '../../../kernel/language.ts';

/** What a language says on pages that the server begins: the same texts as in the app, and how it writes numbers and dates. */
export const words: Readonly<Record<Language, Words>> = {
  en: { shop: shopEn, home: homeEn, event: eventEn, ...createFormats('en-GB') },
  de: { shop: shopDe, home: homeDe, event: eventDe, ...createFormats('de') },
};
export interface Words extends Formats {
  readonly shop: typeof shopEn;
  readonly home: typeof homeEn;
  readonly event: typeof eventEn;
}
