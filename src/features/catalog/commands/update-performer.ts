import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { VersionCheck } from '../../../platform/http/if-match.ts';
import { differences } from '../domain/event-details.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { readEventIdsOfPerformer } from '../store/event-performers.ts';
import { lockPerformer, updatePerformerRow } from '../store/performer-rows.ts';
import type { PerformerInput } from './create-performer.ts';

/** Changes what the input says of a performer; its events show and find the new words at once. */
export async function updatePerformer(
  parts: Pick<CatalogParts, 'database' | 'search' | 'changed'>,
  performerId: number,
  input: PerformerInput,
  context: CommandContext,
  ifVersion?: VersionCheck,
): Promise<Decision<{ eventIds: readonly number[] }, CatalogRefusalOf<'PERFORMER_NOT_FOUND' | 'VERSION_MISMATCH'>>> {
  const decision = await decideInTransaction(
    parts.database.as(context),
    async (
      tx,
    ): Promise<
      Decision<{ eventIds: readonly number[] }, CatalogRefusalOf<'PERFORMER_NOT_FOUND' | 'VERSION_MISMATCH'>>
    > => {
      const row = await lockPerformer(tx, { performerId, organizerId: context.organizerId });
      if (!row) return refuse({ code: 'PERFORMER_NOT_FOUND' });
      if (ifVersion?.(row.version) === false) return refuse({ code: 'VERSION_MISMATCH', version: row.version });
      const before = { name: row.name, description: row.description, imageUrl: row.image_url };
      const after = {
        name: input.name ?? before.name,
        description: (input.description === undefined ? before.description : input.description) || null,
        imageUrl: input.imageUrl === undefined ? before.imageUrl : input.imageUrl,
      };
      const changes = differences(before, after);
      if (Object.keys(changes).length === 0) return accept({ eventIds: [] });
      await updatePerformerRow(tx, performerId, after, context.now);
      const stream = `performer-${performerId}`;
      await appendEvents(tx, [{ stream, type: 'PerformerUpdated', data: { changes } }], context);
      const eventIds = await readEventIdsOfPerformer(tx, performerId);
      await parts.search.index(tx, eventIds);
      return accept({ eventIds });
    },
  );
  if (decision.accepted) parts.changed(decision.value.eventIds);
  return decision;
}
