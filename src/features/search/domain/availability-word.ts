import type { Instant } from '../../../kernel/instant.ts';
import type { SearchDocument, ShownEvent } from './search-document.ts';

const availabilityWords = [
  'available',
  'few left',
  'sold out',
  'not on sale yet',
  'off sale',
  'postponed',
  'cancelled',
] as const;
export type AvailabilityWord = (typeof availabilityWords)[number];

interface Sellable {
  readonly status: ShownEvent['status'];
  readonly onSale: SearchDocument['onSale'];
  readonly stock: number;
}

/** One word for whether tickets can be had now. Follows the counters of the catalogue, so it may lag by seconds. */
export function availabilityWord({ status, onSale, stock }: Sellable, now: Instant): AvailabilityWord {
  if (status !== 'published') return status;
  if (!onSale || now >= onSale.until) return 'off sale';
  if (onSale.from !== null && now < onSale.from) return 'not on sale yet';
  return stock === 0 ? 'sold out' : stock === 1 ? 'few left' : 'available';
}
