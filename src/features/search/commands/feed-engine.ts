import type { Clock } from '../../../platform/clock/clock.ts';
import { type OpenSearch, OpenSearchRefused, OpenSearchUnavailable } from '../../../platform/opensearch/opensearch.ts';
import { type ChangeStream, type Changes, openChangeStream } from '../../../platform/postgres/change-stream.ts';
import { type ConnectionSettings, sqlState, type Transacting } from '../../../platform/postgres/database.ts';
import { deleteOtherIndexes, isUsable, makeIndex, putToUse, writeToIndexes } from '../store/opensearch-feeding.ts';
import { indexVersion } from '../store/opensearch-index.ts';
import {
  dropSlot,
  emitMark,
  endReader,
  ensurePublication,
  makeSlot,
  noteBuilding,
  noteCopied,
  noteFed,
  noteNothingServes,
  noteServing,
  publicationName,
  readChanged,
  readDocumentsAfter,
  readFeed,
  readSlot,
  readSource,
  readVersion,
} from '../store/postgres-search-feed.ts';

/** Feeds the engine in turns: whoever has the next one may be another process. */
export interface EngineFeed {
  /** Feeds for about as long as {@link turnMs}. The stream stays open for the next turn; if none follows soon, it is closed. */
  turn(): Promise<void>;
  close(): Promise<void>;
}

/** A turn is short, so that a stop need not wait for it, and whoever lost the right to it stops soon. */
const turnMs = 500;
/** A stream that nobody reads for so long is closed: another process has the turn. */
const idleMs = 3_000;
const takeWaitMs = 200;
const markEveryMs = 500;
/** So many documents are read and written at once. */
const writtenAtOnce = 500;
/** A commit that is in the log is seen by others soon, unless a standby must confirm it first. */
const seenWithin = { tries: 2_000, pauseMs: 5 };
/** A search that has begun in an index when another takes its place is over by then. */
const searchedOnMs = 5_000;
/** Said again so often, as long as it is so. */
const sayAgainMs = 60_000;

/** An index that is being filled. */
interface Build {
  readonly index: string;
  after: number;
  copied: number;
}

/** What the process that feeds has open. */
interface Feeding {
  readonly source: string;
  readonly stream: ChangeStream;
  serving: string | null;
  build: Build | null;
  markedAt: number;
  /** When indexes that are searched no more are deleted; null: there are none. */
  tidyAt: number | null;
}

/**
 * Keeps an index of OpenSearch like `search_documents`, by the changes that PostgreSQL streams. The stream says which events have changed;
 * their rows are read as they are now, and written under a version that grows with the time of reading. So what comes twice, late, or from a
 * process that thought it still had the turn does no harm.
 *
 * An index begins with a slot, from which on no change is missed, and a copy of all rows, while changes go to it as well: no gap between
 * them. A slot that was not there, or that PostgreSQL gave up, means that changes were missed: the index is not searched any more, and
 * another one is made. Made anew by wish, it is filled beside the one that is searched, and takes its place at one moment.
 */
export function createEngineFeed(parts: {
  readonly engine: OpenSearch;
  readonly bypassingRls: Transacting;
  /** Past any pooler. */
  readonly connection: ConnectionSettings;
  readonly clock: Clock;
  readonly onNotice: (sentence: string) => void;
}): EngineFeed {
  const { engine, bypassingRls, connection, clock, onNotice } = parts;
  let feeding: Feeding | null = null;
  let cancelIdle = () => {};
  let said = '';
  let saidAt = Number.NEGATIVE_INFINITY;

  function say(sentence: string): void {
    if (sentence === said && clock.measure() - saidAt < sayAgainMs) return;
    said = sentence;
    saidAt = clock.measure();
    onNotice(sentence);
  }

  async function stop(): Promise<void> {
    const { stream } = feeding ?? {};
    feeding = null;
    await stream?.close();
  }

  async function begin(): Promise<Feeding> {
    const source = await readSource(bypassingRls);
    await ensurePublication(bypassingRls);
    const state = await readFeed(bypassingRls);
    // Of another version it is not searched; whether somebody else feeds it was looked at before.
    let serving = state.servingVersion === indexVersion ? state.serving : null;
    let slot = await readSlot(bypassingRls);
    if (slot?.isLost) {
      say('PostgreSQL has given up the replication slot of search: its index is made anew.');
      await dropSlot(bypassingRls, slot);
      slot = null;
    }
    if (slot === null) {
      // Said first: whoever dies in between must not leave a slot behind that looks as if nothing had been missed.
      await noteNothingServes(bypassingRls);
      serving = null;
      await makeSlot(bypassingRls);
    } else if (slot.activePid !== null) await endReader(bypassingRls, slot);
    if (serving !== null && !(await isUsable(engine, serving, source))) {
      await noteNothingServes(bypassingRls);
      serving = null;
    }
    const name = (await readSlot(bypassingRls))!.name;
    const stream = await openChangeStream({
      connection,
      slot: name,
      publication: publicationName,
      keyColumn: 'event_id',
      clock,
    });
    return { source, stream, serving, build: null, markedAt: Number.NEGATIVE_INFINITY, tidyAt: null };
  }

  async function beginBuild(now: Feeding): Promise<void> {
    const index = await makeIndex(engine, now.source, clock.now().toString(36));
    const toCopy = await noteBuilding(bypassingRls, index);
    now.build = { index, after: 0, copied: 0 };
    onNotice(`The index ${index} of search is being filled with ${toCopy} shows.`);
  }

  /** Copies some more rows; with the last of them the index takes the place of the one before. */
  async function buildOn(now: Feeding, build: Build): Promise<void> {
    const version = await readVersion(bypassingRls);
    const documents = await readDocumentsAfter(bypassingRls, build.after, writtenAtOnce);
    await write([build.index], { version, documents, gone: [] });
    build.after = documents.at(-1)?.eventId ?? build.after;
    build.copied += documents.length;
    await noteCopied(bypassingRls, build.copied);
    if (documents.length === writtenAtOnce) return;
    await putToUse(engine, now.source, build.index);
    await noteServing(bypassingRls, build.index, indexVersion);
    now.serving = build.index;
    now.build = null;
    now.tidyAt = clock.measure() + searchedOnMs;
    onNotice(`The index ${build.index} of search is used: ${build.copied} shows.`);
  }

  async function tidy(now: Feeding): Promise<void> {
    if (now.tidyAt === null || now.serving === null || clock.measure() < now.tidyAt) return;
    now.tidyAt = null;
    await deleteOtherIndexes(engine, now.source, [now.serving]);
  }

  async function write(indexes: readonly string[], what: Parameters<typeof writeToIndexes>[2]): Promise<void> {
    const refused = await writeToIndexes(engine, indexes, what);
    if (refused.length > 0) say(`OpenSearch refuses ${refused.length} shows, which it will not find: ${refused[0]}`);
  }

  async function pass(now: Feeding, { keys, transactions, isEmptied, position, mark }: Changes): Promise<void> {
    if (isEmptied) {
      await noteNothingServes(bypassingRls);
      now.serving = null;
      await beginBuild(now);
    }
    const indexes = [now.serving, now.build?.index ?? null].filter((index) => index !== null);
    for (let i = 0; i < keys.length; i += writtenAtOnce) {
      const some = keys.slice(i, i + writtenAtOnce);
      const version = await readVersion(bypassingRls);
      const documents = await readSeen(some, transactions);
      const there = new Set(documents.map(({ eventId }) => eventId));
      await write(indexes, { version, documents, gone: some.filter((eventId) => !there.has(eventId)) });
    }
    if (position !== null) await now.stream.confirm(position);
    if (mark !== null && now.serving !== null) await noteFed(bypassingRls, mark);
  }

  async function readSeen(eventIds: readonly number[], transactions: readonly number[]) {
    for (let tries = 0; tries < seenWithin.tries; tries++) {
      const documents = await readChanged(bypassingRls, eventIds, transactions);
      if (documents) return documents;
      await new Promise<void>((done) => void clock.after(seenWithin.pauseMs, done));
    }
    throw new Error('A change of search_documents is in the log of PostgreSQL and was not seen for ten seconds');
  }

  async function feedOn(): Promise<void> {
    const state = await readFeed(bypassingRls);
    const isNewer = state.servingVersion !== null && state.servingVersion > indexVersion;
    if (isNewer && state.isFresh) {
      await stop();
      return say('A newer version of Onsale feeds the index of search; this one searches PostgreSQL.');
    }
    feeding ??= await begin();
    const now = feeding;
    if (state.wantsRebuild && now.build === null) await beginBuild(now);
    else if (now.serving === null && now.build === null) await beginBuild(now);
    const until = clock.measure() + turnMs;
    do {
      if (clock.measure() - now.markedAt > markEveryMs) {
        now.markedAt = clock.measure();
        await emitMark(bypassingRls);
      }
      await pass(now, await now.stream.take(now.build === null ? takeWaitMs : 0));
      if (now.build !== null) await buildOn(now, now.build);
      else await tidy(now);
    } while (clock.measure() < until && feeding === now);
  }

  return {
    async turn() {
      cancelIdle();
      try {
        if (engine.trouble === null) await feedOn();
        else await stop();
      } catch (error) {
        await stop();
        // Somebody has deleted it: what was written to it is lost.
        if (error instanceof OpenSearchRefused && error.status === 404) await noteNothingServes(bypassingRls);
        if (isFault(error)) throw error;
        say(whyNot(error));
      } finally {
        cancelIdle = clock.after(idleMs, () => void stop().catch(() => {}));
      }
    },
    async close() {
      cancelIdle();
      await stop();
    },
  };
}

/** What a program does wrong, and no server or network. */
function isFault(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

/** Why the engine cannot be fed now, in one line. */
function whyNot(error: unknown): string {
  const { message } = error as Error;
  const goesOn = 'Searches are answered by PostgreSQL.';
  if (error instanceof OpenSearchUnavailable) return `The index of search is not fed: ${message.replace(/\.$/, '')}.`;
  const state = sqlState(error);
  if (state === '55000' && /wal_level/.test(message)) {
    return `The index of search cannot be fed: PostgreSQL must be started with wal_level = logical. ${goesOn}`;
  }
  if (state === '42501') {
    return `The index of search cannot be fed: the user of DATABASE_URL needs the right to replicate (ALTER ROLE … REPLICATION). ${goesOn}`;
  }
  if (state === '53400') {
    return `The index of search cannot be fed: PostgreSQL has no replication slot left (max_replication_slots). ${goesOn}`;
  }
  return `The index of search is not fed: ${message.replace(/\.$/, '')}.`;
}
