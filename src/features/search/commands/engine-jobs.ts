import type { Transacting } from '../../../platform/postgres/database.ts';
import type { Job } from '../../../platform/scheduler/run-jobs.ts';
import { indexVersion } from '../store/opensearch-index.ts';
import { createSlotBound } from './bound-slot.ts';
import type { SearchEngine } from './open-engine.ts';

/** A turn of the feed follows the other; in between others may take it. */
const feedEveryMs = 200;
const boundSlotEveryMs = 5_000;

/** What is to be done about a search engine, again and again, by one process of all. `engine` null: there is none. */
export function createEngineJobs(parts: {
  readonly engine: Pick<SearchEngine, 'feed'> | null;
  readonly bypassingRls: Transacting;
  /** So much log PostgreSQL may keep for it. */
  readonly slotBytesMax: number;
  /** Hears what an operator should find in the log. */
  readonly onNotice: (sentence: string) => void;
}): Job[] {
  const { engine, bypassingRls, slotBytesMax, onNotice } = parts;
  const bound: Job = {
    // Also without an engine: a slot that an earlier one has left behind would fill the disk.
    name: 'bound the slot of the search engine',
    runs: 'once in the cluster',
    everyMs: boundSlotEveryMs,
    run: createSlotBound({ bypassingRls, boundBytes: slotBytesMax, onNotice }),
  };
  if (engine === null) return [bound];
  // Of each version one process: else an older one could keep the turn that a newer one needs.
  const name = `feed the search engine, index ${indexVersion}`;
  return [bound, { name, runs: 'once in the cluster', everyMs: feedEveryMs, run: () => engine.feed() }];
}
