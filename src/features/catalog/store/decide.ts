export { decideInLongTransaction, decideInTransaction } from '../../../platform/postgres/decide.ts';
