export { createImport } from './compose.ts';
export type { ImportRefusals } from './refusals.ts';
