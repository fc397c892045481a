import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { deleteRow, lockForDelete, refuseIfUsed } from '../store/uses.ts';

/** Removes a performer who plays at no event, hidden and past ones included. */
export function deletePerformer(
  { database }: Pick<CatalogParts, 'database'>,
  performerId: number,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusalOf<'PERFORMER_NOT_FOUND' | 'IN_USE'>>> {
  return decideInTransaction(
    database.as(context),
    async (tx): Promise<Decision<null, CatalogRefusalOf<'PERFORMER_NOT_FOUND' | 'IN_USE'>>> => {
      const known = await lockForDelete(tx, 'performer', performerId, context.organizerId);
      if (!known) return refuse({ code: 'PERFORMER_NOT_FOUND' });
      const used = await refuseIfUsed(tx, 'performer', performerId);
      if (used) return used;
      await deleteRow(tx, 'performer', performerId);
      await appendEvents(tx, [{ stream: `performer-${performerId}`, type: 'PerformerDeleted', data: {} }], context);
      return accept(null);
    },
  );
}
