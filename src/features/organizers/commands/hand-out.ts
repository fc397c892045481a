import type { CommandContext } from '../../../kernel/context.ts';
import { type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { OrganizerRefusal, OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { mayHandOut } from '../store/member-rows.ts';
import { type OrganizerRow, readOrganizer } from '../store/organizer-rows.ts';

/**
 * Changes who may do what with the context's organiser: one change after the other, each by somebody who still may. The request was
 * let in by what was known then; without asking again, whoever is being removed could leave a key behind in that very moment.
 * Accounts span organisers, so this bypasses RLS; every statement names the organiser.
 */
export function handOut<T, R extends OrganizerRefusal>(
  { database }: Pick<OrganizerParts, 'database'>,
  context: CommandContext,
  work: (tx: Queryable, organizer: OrganizerRow) => Promise<Decision<T, R>>,
): Promise<Decision<T, R | OrganizerRefusalOf<'ORGANIZER_NOT_FOUND'>>> {
  return database.bypassingRls.transaction(async (tx) => {
    const organizer = await readOrganizer(tx, context.organizerId, 'lock');
    if (!organizer || !(await mayHandOut(tx, context))) return refuse({ code: 'ORGANIZER_NOT_FOUND' });
    return work(tx, organizer);
  });
}
