import type { ProblemCode, problems } from '../problems.ts';
import { bookingWords } from './german/booking.ts';
import { catalogWords } from './german/catalog.ts';
import { edgeWords } from './german/edge.ts';
import { identityWords } from './german/identity.ts';
import { inventoryWords } from './german/inventory.ts';
import type { WordsOf } from './german/kind.ts';
import { pricingWords } from './german/pricing.ts';

const germanWords: WordsOf<typeof problems> = {
  ...edgeWords,
  ...identityWords,
  ...catalogWords,
  ...inventoryWords,
  ...pricingWords,
  ...bookingWords,
};

/** What a code means, in German: its title, and its sentence if it has one. */
export function problemInGerman(code: ProblemCode): {
  readonly title: string;
  readonly detail?: ((facts: never) => string) | undefined;
} {
  return germanWords[code];
}
