import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { kindOfChange } from '../domain/show-change.ts';
import { readAnnouncedShows, type ShowRow, writeShowChanges } from '../store/announced-shows.ts';

/**
 * Announces, in the caller's transaction, what became of shows that were on sale: `before` is how they were read by
 * `readAnnouncedShows` when the transaction had locked them. Announces nothing where buyers need not know. Answers the events
 * that are of a new edition: their ledgers must learn it after the commit.
 */
export async function announceShowChanges(
  tx: Queryable,
  before: readonly ShowRow[],
  context: CommandContext,
): Promise<readonly number[]> {
  if (before.length === 0) return [];
  const present = new Map(before.map((show) => [show.eventId, show]));
  const shows = await readAnnouncedShows(tx, [...present.keys()]);
  const changes = shows.flatMap((after) => {
    const row = present.get(after.eventId)!;
    const known = { ...(row.knownAs ?? row), status: row.status };
    const kind = kindOfChange(known, after, context.now);
    const { status, venueId, facts } = known;
    return kind === null ? [] : [{ kind, before: { status, venueId, facts }, after }];
  });
  if (changes.length > 0) await writeShowChanges(tx, changes, context);
  return changes.map(({ after }) => after.eventId);
}
