import type { Clock } from '../../../platform/clock/clock.ts';
import type { OpenSearch } from '../../../platform/opensearch/opensearch.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { indexVersion } from '../store/opensearch-index.ts';
import { type FeedState, readFeed, readSlot } from '../store/postgres-search-feed.ts';

/** What a process knows of the engine and its feed: looked at once a second, because it decides who answers a search. */
export interface FeedWatch {
  /** Whether the engine is there, and has an index of this version that is not behind. */
  readonly mayAsk: boolean;
  /** What is wrong, in words for `/health`. */
  degraded(): string[];
  /** How old the last change is that may be missing in the index, and how much log PostgreSQL keeps for it; null: not known. */
  readonly lagSeconds: number | null;
  readonly slotBytes: number | null;
  close(): void;
}

const lookEveryMs = 1_000;

/** Begins to look; the first look has been made when it resolves. `alarmBytes`: a slot for which more log is kept is said to grow. */
export async function watchFeed(parts: {
  readonly engine: Pick<OpenSearch, 'trouble'>;
  readonly bypassingRls: Transacting;
  readonly clock: Pick<Clock, 'after'>;
  readonly alarmBytes: number;
}): Promise<FeedWatch> {
  const { engine, bypassingRls, clock, alarmBytes } = parts;
  let state: FeedState | null = null;
  let slotBytes: number | null = null;
  let isClosed = false;
  let cancel = () => {};

  async function look(): Promise<void> {
    try {
      [state, slotBytes] = await Promise.all([
        readFeed(bypassingRls),
        readSlot(bypassingRls).then((slot) => slot?.bytes ?? null),
      ]);
    } catch {
      // PostgreSQL is away: what it said last is as good as anything.
    }
    if (!isClosed) cancel = clock.after(lookEveryMs, () => void look());
  }

  function whyNot(): string | null {
    if (state === null) return 'search index: not known';
    if (state.serving === null) {
      if (state.building === null) return 'search index: not made yet';
      return `search index: being made, ${state.copied} of ${state.toCopy}`;
    }
    if (state.servingVersion !== indexVersion) return 'search index: of another version';
    if (!state.isFresh) return `search index: ${Math.round(state.lagSeconds ?? 0)} s behind`;
    return null;
  }

  await look();
  return {
    get mayAsk() {
      return engine.trouble === null && whyNot() === null;
    },
    degraded() {
      const growing = slotBytes !== null && slotBytes > alarmBytes;
      return [
        ...(engine.trouble === null ? [] : [`opensearch: ${engine.trouble}`]),
        ...[whyNot()].filter((reason) => reason !== null),
        ...(growing ? [`search slot: ${Math.round(slotBytes! / 1e6)} MB of log kept`] : []),
      ];
    },
    get lagSeconds() {
      return state?.lagSeconds ?? null;
    },
    get slotBytes() {
      return slotBytes;
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
