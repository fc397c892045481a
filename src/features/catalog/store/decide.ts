export { decideInTransaction } from '../../../platform/postgres/decide.ts';
