import { createCodeRoutes } from './http-codes.ts';
import type { PricingParts } from './ports.ts';

export {
  breakDown,
  type Discount,
  type PriceBreakdown,
  type PriceLine,
  type PriceTerms,
  plainTerms,
  type ServiceFee,
  type Tax,
} from './domain/break-down.ts';
export { toPriceAnswer } from './domain/price-answer.ts';
export { type Ppm, toPercent, toPpm } from './domain/rounding.ts';
export { type CodeKind, countsFor, type HeldCode, isCode, normalCode, type SaleCode } from './domain/sale-codes.ts';
export { repriceCodes } from './store/reprice-codes.ts';

/** Codes that change prices or open sales. What a price is made of is pure and lies in `domain/`. */
export function createPricing(parts: PricingParts) {
  return { routes: [createCodeRoutes(parts, 'promo'), createCodeRoutes(parts, 'access')] };
}
