import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd, createTestDatabase } from '../../../../test/support/database.ts';
import {
  askOpenSearch,
  deleteIndexesOf,
  openSearchUrl,
  openTestOpenSearch,
  withoutOpenSearch,
} from '../../../../test/support/opensearch.ts';
import { systemClock } from '../../../platform/clock/clock.ts';
import type { OpenSearch } from '../../../platform/opensearch/opensearch.ts';
import { startTcpProxy } from '../../../platform/peers/tcp-proxy.test-support.ts';
import { readQuestion } from '../domain/search-question.ts';
import { compareIndex } from '../store/compare-index.ts';
import {
  dropSlot,
  endReader,
  noteNothingServes,
  readFeed,
  readSlot,
  readSource,
} from '../store/postgres-search-feed.ts';
import { createPostgresSearchStore } from '../store/postgres-search-store.ts';
import { putDocuments } from '../store/put-documents.test-support.ts';
import { contractNow, resetShows, show } from '../store/search-store.test-support.ts';
import { createSlotBound } from './bound-slot.ts';
import { openEngine, type SearchEngine } from './open-engine.ts';
import { rebuildIndex } from './rebuild-index.ts';

// On a real OpenSearch, and on a PostgreSQL with wal_level=logical.

describe('feeding OpenSearch by the changes of PostgreSQL', { skip: withoutOpenSearch }, async () => {
  if (withoutOpenSearch) return;
  const { database, connection } = await createTestDatabase();
  const { bypassingRls } = database;
  const source = await readSource(bypassingRls);
  const postgres = createPostgresSearchStore({ database });
  const notices: string[] = [];
  /** What runs now, and is ended after each test. */
  let running: (() => Promise<void>)[] = [];

  async function giveUpSlot(): Promise<void> {
    for (let slot = await readSlot(bypassingRls); slot !== null; slot = await readSlot(bypassingRls)) {
      if (slot.activePid !== null) await endReader(bypassingRls, slot);
      await dropSlot(bypassingRls, slot).catch(() => sleep(50));
    }
  }
  atEnd(giveUpSlot);
  after(() => deleteIndexesOf(source));

  beforeEach(async () => {
    notices.length = 0;
    resetShows();
    await giveUpSlot();
    await noteNothingServes(bypassingRls);
    await database.query('TRUNCATE events, search_words, search_names, search_cities, search_places CASCADE');
  });
  afterEach(async () => {
    for (const end of running.reverse()) await end();
    running = [];
  });

  async function open(engine: OpenSearch): Promise<SearchEngine> {
    return openEngine({
      engine,
      bypassingRls,
      connection,
      clock: systemClock,
      slotBytesMax: 1e9,
      onNotice: (sentence) => void notices.push(sentence),
    });
  }
  /** A process with the engine, which has the turn to feed unless it `onlySearches`. */
  async function start({ url = openSearchUrl, onlySearches = false } = {}): Promise<SearchEngine> {
    const search = await open(await openTestOpenSearch(url, notices));
    let isOver = false;
    const feeding = (async () => {
      while (!isOver && !onlySearches) {
        await search.feed();
        await sleep(10);
      }
    })();
    running.push(async () => {
      isOver = true;
      await feeding;
      await search.close();
    });
    return search;
  }
  async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = systemClock.measure() + 30_000;
    while (!(await holds())) {
      assert.ok(systemClock.measure() < end, `${what}; ${notices.join(' | ')}`);
      await sleep(20);
    }
  }
  /** All changes until now are in the index, and it is like the database. */
  async function follows(search: SearchEngine): Promise<void> {
    const engine = await openTestOpenSearch();
    await until(() => search.isUsed, 'is used');
    let faults: unknown[] = [];
    await until(
      async () => {
        faults = await compareIndex(engine, bypassingRls);
        return faults.length === 0;
      },
      `follows ${JSON.stringify(faults)}`,
    );
  }
  async function titles(search: SearchEngine, term: string): Promise<string[]> {
    const question = readQuestion({ term }, contractNow);
    assert.ok(question.accepted);
    const { items } = await search.over(postgres).find({ ...question.value, after: null });
    return items.map(({ shown }) => shown.title);
  }
  const some = (count: number, title = 'Show') =>
    Array.from({ length: count }, (_, i) => show({ title: `${title} ${i}` }));

  test('what was there, and whatever changes while it is copied and afterwards, is in the index', async () => {
    await putDocuments(database, some(1_700));
    const search = await start();
    for (let i = 0; i < 20; i++) {
      await putDocuments(database, [show({ title: `New ${i}` }), show({ eventId: 1 + i * 50, title: `Changed ${i}` })]);
      await database.query('DELETE FROM events WHERE event_id = $1', [25 + i * 50]);
      await database.query('UPDATE search_documents SET stock = 0 WHERE event_id = $1', [30 + i * 50]);
    }
    await follows(search);
    assert.deepEqual(await titles(search, 'changed 7'), ['Changed 7']);
    assert.equal(search.answered.postgres, 0);
    assert.deepEqual(search.degraded(), []);
    await database.query('DELETE FROM events WHERE event_id % 2 = 0');
    await follows(search);
    await database.query('TRUNCATE events CASCADE');
    await until(async () => (await titles(search, 'show')).length === 0, 'nothing is left');
    await follows(search);
  });

  test('a process that dies is followed by another, without a gap', async () => {
    await putDocuments(database, some(30));
    const first = await open(await openTestOpenSearch());
    await until(async () => {
      await first.feed();
      return first.isUsed;
    }, 'the first feeds');
    // It stands still from here on, and still reads the slot.
    await putDocuments(database, some(30, 'Later'));
    const second = await start();
    await follows(second);
    await putDocuments(database, some(5, 'Last'));
    await follows(second);
    await first.close();
  });

  test('changes that nobody took, because no process ran, come with the next', async () => {
    await putDocuments(database, some(10));
    await follows(await start());
    await running.pop()!();
    await putDocuments(database, some(10, 'Meanwhile'));
    const { serving } = await readFeed(bypassingRls);
    await follows(await start());
    assert.equal((await readFeed(bypassingRls)).serving, serving, 'the same index');
  });

  test('an index is made anew beside the one that is searched, and no search is wrong meanwhile', async () => {
    await putDocuments(database, some(1_200));
    const search = await start();
    await follows(search);
    const { serving } = await readFeed(bypassingRls);
    let isDone = false;
    const seen: number[] = [];
    const rebuilt = rebuildIndex(bypassingRls, systemClock, ({ done }) => void seen.push(done)).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      assert.deepEqual(await titles(search, 'show 1111'), ['Show 1111']);
      await putDocuments(database, [show({ eventId: 3, title: `Moved ${seen.length}` })]);
    }
    assert.deepEqual(await rebuilt, { done: 1_200, total: 1_200 });
    assert.notEqual((await readFeed(bypassingRls)).serving, serving);
    await follows(search);
    const left = async () => Object.keys(await askOpenSearch<object>('GET', `/onsale_${source}_shows_*`)).length;
    await until(async () => (await left()) === 1, 'the other is gone');
    assert.equal(search.answered.postgres, 0);
  });

  test('a slot or an index that is gone, and an index of another version, are made anew', async () => {
    await putDocuments(database, some(20));
    const search = await start();
    await follows(search);
    for (const lose of [
      giveUpSlot,
      () => deleteIndexesOf(source),
      () => database.query(`UPDATE search_feed SET serving_version = 99, fed_until = now() - interval '1 hour'`),
    ]) {
      await running.pop()!();
      const before = (await readFeed(bypassingRls)).serving;
      await lose();
      await putDocuments(database, [show({ title: 'Missed' })]);
      const again = await start();
      await until(async () => ((await readFeed(bypassingRls)).serving ?? before) !== before, 'another index');
      await follows(again);
    }
  });

  test('an index that a newer version feeds is left alone, and not searched', async () => {
    await putDocuments(database, some(3));
    await follows(await start());
    await running.pop()!();
    const newer = setInterval(() => {
      database.query('UPDATE search_feed SET serving_version = 99, fed_until = now()').catch(() => {});
    }, 200);
    running.push(async () => clearInterval(newer));
    await database.query('UPDATE search_feed SET serving_version = 99, fed_until = now()');
    const { serving } = await readFeed(bypassingRls);
    const search = await start();
    await until(() => notices.some((notice) => notice.includes('A newer version')), 'stands back');
    assert.deepEqual(await titles(search, 'show 1'), ['Show 1']);
    assert.equal(search.answered.engine, 0);
    assert.deepEqual(search.degraded(), ['search index: of another version']);
    assert.equal((await readFeed(bypassingRls)).serving, serving);
  });

  test('a slot for which too much log is kept is given up', async () => {
    await database.query('UPDATE search_feed SET serving_version = 1');
    await putDocuments(database, some(3));
    await follows(await start());
    await running.pop()!();
    const lookAlarmed = createSlotBound({
      bypassingRls,
      boundBytes: 2_000_000,
      onNotice: (notice) => notices.push(notice),
    });
    while ((await readSlot(bypassingRls))!.bytes < 1_200_000) await putDocuments(database, some(50, 'More'));
    await lookAlarmed();
    assert.match(notices.at(-1)!, /keeps \d+ MB of its log for search/);
    assert.ok(await readSlot(bypassingRls));
    while ((await readSlot(bypassingRls))!.bytes < 2_100_000) await putDocuments(database, some(50, 'More'));
    await lookAlarmed();
    assert.match(notices.at(-1)!, /was given up at \d+ MB/);
    assert.equal(await readSlot(bypassingRls), null);
    assert.equal((await readFeed(bypassingRls)).serving, null);
    await follows(await start());
  });

  test('an engine that is cut off, silent or resets is not waited for, and is searched again once it works', async () => {
    await putDocuments(database, some(20));
    const proxy = await startTcpProxy(Number(new URL(openSearchUrl).port));
    running.push(async () => proxy.close());
    const search = await start({ url: `http://${proxy.address}` });
    await follows(search);
    for (const [fault, heal] of [
      [() => proxy.hold(), () => proxy.heal()],
      [
        () => {
          const { target } = proxy;
          proxy.target = null;
          proxy.reset();
          return target;
        },
        () => {
          proxy.target = Number(new URL(openSearchUrl).port);
        },
      ],
    ] as const) {
      fault();
      assert.deepEqual(await titles(search, 'show 7'), ['Show 7']);
      await until(() => search.degraded().some((reason) => reason.startsWith('opensearch: ')), 'degraded');
      await putDocuments(database, [show({ title: `Meanwhile ${notices.length}` })]);
      const asked = search.answered.engine;
      assert.deepEqual(await titles(search, 'show 7'), ['Show 7']);
      assert.equal(search.answered.engine, asked, 'it is not even asked');
      heal();
      await follows(search);
      assert.deepEqual(search.degraded(), []);
    }
  });

  test('an engine that takes no writes goes on being fed once it does', async () => {
    await putDocuments(database, some(20));
    const search = await start();
    await follows(search);
    const { serving } = await readFeed(bypassingRls);
    await askOpenSearch('PUT', `/${serving}/_settings`, { 'index.blocks.read_only_allow_delete': true });
    await putDocuments(database, some(3, 'Blocked'));
    await until(() => notices.some((notice) => notice.includes('takes no writes')), 'said');
    await askOpenSearch('PUT', `/${serving}/_settings`, { 'index.blocks.read_only_allow_delete': null });
    await follows(search);
    assert.equal((await readFeed(bypassingRls)).serving, serving);
  });

  test('an engine that is away at the start is degraded, and one that is none refuses it', async () => {
    const proxy = await startTcpProxy(null);
    running.push(async () => proxy.close());
    await putDocuments(database, some(3));
    const search = await start({ url: `http://${proxy.address}` });
    assert.ok(search.degraded().includes('opensearch: unreachable'));
    assert.deepEqual(await titles(search, 'show 1'), ['Show 1']);
    proxy.target = Number(new URL(openSearchUrl).port);
    await follows(search);
    const { createServer } = await import('node:http');
    const other = createServer((_, response) => response.end('{"name":"something else"}')).listen(0, '127.0.0.1');
    running.push(async () => void other.close());
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as { port: number };
    await assert.rejects(openTestOpenSearch(`http://127.0.0.1:${port}`), {
      name: 'StartRefused',
      message: `OpenSearch at 127.0.0.1:${port} (OPENSEARCH_URL) is no OpenSearch. Name one of version 2 or newer.`,
    });
  });
});
