export { createDelivery } from './compose.ts';
