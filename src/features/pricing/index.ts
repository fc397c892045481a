export { createPricing } from './compose.ts';
export { breakDown, type PriceBreakdown, type PriceTerms, type ServiceFee, type Tax } from './domain/break-down.ts';
export { countsFor, type HeldCode, normalCode, type SaleCode } from './domain/sale-codes.ts';
export { toPriceAnswer } from './queries/price-answer.ts';
export type { PricingRefusals } from './refusals.ts';
export { repriceCodes } from './store/reprice-codes.ts';
