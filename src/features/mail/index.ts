export { createMail } from './compose.ts';
export { forgetMailsTo } from './store/mail-rows.ts';
