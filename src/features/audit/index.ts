export { createAudit } from './compose.ts';
