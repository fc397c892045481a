export { createStorefront } from './compose.ts';
