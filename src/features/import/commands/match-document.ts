import type { CommandContext } from '../../../kernel/context.ts';
import { freeLabel } from '../domain/distinguish-shows.ts';
import { findingNames, isSameTitle, type KnownShow, matchShows } from '../domain/match-shows.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import type { ImportParts } from '../parts.ts';
import { findImportedEvents, findTakenLabels, type ImportedEvent, readEarlierFaces } from '../store/imported-events.ts';
import type { MatchedShow } from './import-show.ts';

/** Finds the events that the shows of one document are, all at once: no two shows are the same event. */
export async function matchDocument(
  parts: ImportParts,
  shows: readonly ParsedShow[],
  context: CommandContext,
): Promise<MatchedShow[]> {
  const { organizerId } = context;
  const database = parts.database.as(context);
  const names = new Set(shows.flatMap((show) => findingNames(show.names)));
  const known = await findImportedEvents(database, organizerId, [...names]);
  const { found, doubtful } = matchShows(shows, known, context.now);
  const matched = new Map<ParsedShow, ImportedEvent>(found);
  const claimed = new Set<KnownShow>(matched.values());
  for (const { show, known: one } of doubtful) {
    if (claimed.has(one)) continue;
    const { titles, starts } = await readEarlierFaces(database, organizerId, one.eventId);
    const isIt = titles.some((title) => isSameTitle(show, { title })) || starts.includes(show.pageStartsAt);
    if (!isIt) continue;
    matched.set(show, one);
    claimed.add(one);
  }
  const added = shows.filter((show) => !matched.has(show));
  const labels = added.flatMap((show) => [show.sourceId, freeLabel(show.sourceId, show.pageStartsAt, new Set())]);
  const taken = new Set(added.length === 0 ? [] : await findTakenLabels(database, organizerId, labels));
  return shows.map((show) => {
    const one = matched.get(show) ?? null;
    if (one !== null || !taken.has(show.sourceId)) return { show, known: one, isLabelTaken: false };
    const dated = freeLabel(show.sourceId, show.pageStartsAt, new Set());
    return { show: { ...show, sourceId: dated }, known: null, isLabelTaken: taken.has(dated) };
  });
}
