import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { searchEvents } from './queries/search-events.ts';

/** Everything that this slice refuses with. */
export type SearchRefusals = RefusalIn<typeof searchEvents>;

/** The codes that a search can be refused with. */
export const searchProblems = codesOf<SearchRefusals>({ CURSOR_INVALID: true, VALIDATION_FAILED: true });
