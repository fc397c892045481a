import type * as account from './en/account.ts';
import type * as event from './en/event.ts';
import type * as home from './en/home.ts';
import type * as pay from './en/pay.ts';
import type * as problems from './en/problems.ts';
import type * as seatMap from './en/seat-map.ts';
import type * as shop from './en/shop.ts';
import type * as tickets from './en/tickets.ts';
import { chosenLanguage, type PageLanguage } from './language.ts';
import { pseudo } from './pseudo.ts';

/**
 * What the app says, by parts that load with the views that say it. English declares what there is to say; the other languages
 * do not compile until they say it all.
 */
export interface Texts {
  readonly shop: typeof shop.texts;
  readonly home: typeof home.texts;
  readonly event: typeof event.texts;
  readonly 'seat-map': typeof seatMap.texts;
  readonly pay: typeof pay.texts;
  readonly tickets: typeof tickets.texts;
  readonly account: typeof account.texts;
  readonly problems: typeof problems.texts;
}
export type TextPart = keyof Texts;

export const language: PageLanguage = chosenLanguage();
document.documentElement.lang = language === 'pseudo' ? 'en' : language;
if (language === 'pseudo') document.documentElement.dir = 'rtl';

/** Parts that come together, in `first.ts`. */
const firstParts: readonly TextPart[] = ['shop', 'home', 'event', 'problems'];
const firstFiles = import.meta.glob<Readonly<Record<string, unknown>>>('./{en,de}/first.ts');
const files = import.meta.glob<{ texts: unknown }>(['./{en,de}/*.ts', '!./*/{first,shop,home,event,problems}.ts']);
const loaded = new Map<TextPart, unknown>();

/** Loads what a view says. Whoever shows the view waits for it ({@link lazyView} in `shop/routes.tsx` does). */
export async function loadTexts(...parts: readonly TextPart[]): Promise<void> {
  await Promise.all(
    parts.map(async (part) => {
      if (loaded.has(part)) return;
      const folder = language === 'de' ? './de' : './en';
      const texts = firstParts.includes(part)
        ? (await firstFiles[`${folder}/first.ts`]!())[part]
        : (await files[`${folder}/${part}.ts`]!()).texts;
      loaded.set(part, language === 'pseudo' ? pseudo(texts) : texts);
    }),
  );
}

/** What a part says, in the language of the page. Throws if nobody loaded it. */
export function textsOf<Part extends TextPart>(part: Part): Texts[Part] {
  const texts = loaded.get(part);
  if (texts === undefined) throw new Error(`texts of ${part} are not loaded`);
  return texts as Texts[Part];
}
