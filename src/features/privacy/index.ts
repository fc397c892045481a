export { createPrivacy } from './compose.ts';
