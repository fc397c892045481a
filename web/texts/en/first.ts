/** What a first visit says: in one file, because each costs a turn. */
export { texts as event } from './event.ts';
export { texts as home } from './home.ts';
export { texts as problems } from './problems.ts';
export { texts as shop } from './shop.ts';
