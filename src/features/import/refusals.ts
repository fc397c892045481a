import { codesOf, type RefusalOf } from '../../contract/problems.ts';
import type { ImportRefusal } from './commands/import-document.ts';

/** Everything that this slice refuses a whole document with; what is wrong with one of its shows stands in the summary. */
export type ImportRefusals = ImportRefusal | RefusalOf<'IMPORT_UNREADABLE' | 'PLAN_INVALID' | 'TIME_ZONE_UNKNOWN'>;

/** Their codes, for the route. */
export const importProblems = codesOf<ImportRefusals>({
  IMPORT_UNREADABLE: true,
  PLAN_INVALID: true,
  SEATING_PLAN_UNKNOWN: true,
  TIME_ZONE_UNKNOWN: true,
});
