import { foldPhrase } from '../domain/search-document.ts';
import type { SearchQuestion } from '../domain/search-question.ts';
import { type FoundRow, type Parts, toFound } from './postgres-find-page.ts';
import { sampleOrGather } from './postgres-gather-matches.ts';
import type { Filter } from './postgres-search-conditions.ts';
import { type PlannedStatement, prepared } from './postgres-search-sql.ts';
import type { WordSense } from './postgres-vocabulary.ts';
import { walkOrder } from './postgres-walk-order.ts';
import type { FoundEvent } from './search-store.ts';

/** So many shows are read to find {@link titlesMax} titles: a run of one title takes several. */
const showsRead = 10;
const titlesMax = 5;
/**
 * So many matches among the sampled are some four hundred in all: then some of the sampled are proposed, since whoever types is not
 * done, and to gather thousands for each letter took 30 ms.
 */
const sampledEnough = 12;
/** Matches of more among the sampled lie so dense along the order of starts that walking there is cheaper than to sort them. */
const sampledMost = 1_000;

interface SampledRow extends FoundRow {
  /** How many of the sampled documents match, counted to one more than the most that is wanted. */
  readonly sampled: number;
}

/**
 * Shows that have a sense of each word in title or performers, each title once, the soonest first. None if nobody knows a word.
 * Two or three looks at the database are one statement, since each waits for its turn on a busy machine.
 */
export async function findShows(parts: Parts, now: number, senses: readonly WordSense[]): Promise<FoundEvent[]> {
  if (!senses.every((sense) => sense.known)) return [];
  const keys = senses.map(({ word, longer, similar }) => [word, ...longer, ...similar].map((other) => `n:${other}`));
  const filter: Filter = { question: soonest(now), cities: null, keys };
  const titles = new Map<string, FoundEvent>();
  for (const row of await findSoonest(parts, filter)) {
    const title = foldPhrase(row.document.title);
    if (!titles.has(title)) titles.set(title, toFound(row));
  }
  return [...titles.values()].slice(0, titlesMax);
}

async function findSoonest({ database, tuning }: Parts, filter: Filter): Promise<FoundRow[]> {
  const ask = async <Row>({ statement, values }: PlannedStatement) =>
    database.query<Row>(prepared(statement.text), values);
  const gather = (most: number) => ask<SampledRow>(sampleOrGather(filter, sampledEnough, most));
  const rows = tuning.walkAlways ? null : await gather(sampledMost);
  if (rows !== null && rows[0]!.sampled <= sampledMost) return withEvent(rows);
  const walked = await ask<FoundRow>(walkOrder(filter, (showsRead + 1) * tuning.walkRowsPerEvent));
  // They lie dense, but only later in the year.
  return walked.length > showsRead ? walked : withEvent(await gather(Number.MAX_SAFE_INTEGER));
}

function withEvent(rows: readonly SampledRow[]): FoundRow[] {
  return rows.filter(({ event_id }) => event_id !== null);
}

function soonest(now: number): SearchQuestion {
  return {
    words: null,
    location: null,
    type: null,
    when: { notOverAt: now, startsFrom: null, startsTo: null, dayFrom: null, dayTo: null },
    near: null,
    onSale: null,
    having: [],
    sort: 'date',
    limit: showsRead,
    after: null,
    now,
  };
}
