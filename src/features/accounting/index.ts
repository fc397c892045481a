export { createAccounting } from './compose.ts';
