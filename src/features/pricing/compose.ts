import type { SliceShape } from '../../platform/slice.ts';
import { createCodeRoutes } from './http.ts';
import type { PricingParts } from './parts.ts';

/** Codes that change prices or open sales. What a price is made of is pure and lies in `domain/`. */
export function createPricing(parts: PricingParts) {
  return {
    routes: [createCodeRoutes(parts, 'promo'), createCodeRoutes(parts, 'access')],
    jobs: [],
    consumers: [],
  } satisfies SliceShape;
}
