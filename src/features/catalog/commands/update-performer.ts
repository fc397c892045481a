import type { VersionCheck } from '../../../contract/if-match.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { differences } from '../domain/event-details.ts';
import type { CatalogRefusal } from '../domain/refusals.ts';
import type { CatalogParts } from '../ports.ts';
import { decideInTransaction } from '../store/decide.ts';
import type { PerformerRow } from '../store/performer-rows.ts';
import type { PerformerInput } from './create-performer.ts';

/** Changes what the input says of a performer; its events show and find the new words at once. */
export async function updatePerformer(
  parts: Pick<CatalogParts, 'database' | 'search' | 'changed'>,
  performerId: number,
  input: PerformerInput,
  context: CommandContext,
  ifVersion?: VersionCheck,
): Promise<Decision<{ eventIds: readonly number[] }, CatalogRefusal>> {
  const decision = await decideInTransaction(parts.database.as(context), async (tx) => {
    const [row] = await tx.query<PerformerRow>(
      'SELECT * FROM performers WHERE performer_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE',
      [performerId, context.organizerId],
    );
    if (!row) return refuse<CatalogRefusal>({ code: 'PERFORMER_NOT_FOUND' });
    if (ifVersion?.(row.version) === false)
      return refuse<CatalogRefusal>({ code: 'VERSION_MISMATCH', version: row.version });
    const before = { name: row.name, description: row.description, imageUrl: row.image_url };
    const after = {
      name: input.name ?? before.name,
      description: (input.description === undefined ? before.description : input.description) || null,
      imageUrl: input.imageUrl === undefined ? before.imageUrl : input.imageUrl,
    };
    const changes = differences(before, after);
    if (Object.keys(changes).length === 0) return accept({ eventIds: [] });
    await tx.query(
      `UPDATE performers SET name = $2, description = $3, image_url = $4, version = version + 1, updated_at = $5
       WHERE performer_id = $1`,
      [performerId, after.name, after.description, after.imageUrl, new Date(context.now)],
    );
    const stream = `performer-${performerId}`;
    await appendEvents(tx, [{ stream, type: 'PerformerUpdated', data: { changes } }], context);
    const events = await tx.query<{ event_id: number }>(
      'SELECT event_id FROM event_performers WHERE performer_id = $1',
      [performerId],
    );
    const eventIds = events.map((event) => event.event_id);
    await parts.search.index(tx, eventIds);
    return accept({ eventIds });
  });
  if (decision.accepted) parts.changed(decision.value.eventIds);
  return decision;
}
