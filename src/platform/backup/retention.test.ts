import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lastTimeOfDay } from './daily.ts';
import { createFolderStore } from './folder-store.ts';
import { backupIdAt, inOnePiece, type Manifest, writeManifest } from './manifest.ts';
import { removeOldBackups } from './retention.ts';

const folder = await mkdtemp(join(tmpdir(), 'onsale-retention-'));
after(() => rm(folder, { recursive: true }));
const now = Date.parse('2026-11-30T12:00:00Z');
const daysAgo = (days: number) => backupIdAt(now - days * 86_400_000);

const removed = async (...args: Parameters<typeof removeOldBackups>) => (await removeOldBackups(...args)).removed;

async function backupOf(system: string, days: number, store = createFolderStore(folder)): Promise<void> {
  const id = daysAgo(days);
  await store.write(`${id}/cluster.tar.gz`, inOnePiece('files'));
  const facts = { postgres: 18, upTo: '', wal: null, onsale: '0.1.0', kind: 'cluster' } as const;
  const manifest: Manifest = { format: 1, id, system, parts: [], ...facts };
  await writeManifest(store, manifest);
}

test('backups that are old enough are removed, but not the newest, those of others and what may be under way', async () => {
  const store = createFolderStore(folder);
  for (const days of [40, 20, 10, 1]) await backupOf('ours', days);
  for (const days of [50, 30]) await backupOf('theirs', days);
  for (const days of [3, 0.5]) await store.write(`${daysAgo(days)}/cluster.tar.gz`, inOnePiece('half'));
  assert.deepEqual(await removed(store, { keepDays: 14, system: 'ours', now }), [daysAgo(40), daysAgo(20)]);
  const left = [50, 30, 10, 1, 0.5].map(daysAgo);
  assert.deepEqual((await readdir(folder)).sort(), left.sort());
  assert.deepEqual(await removed(store, { keepDays: 0, system: 'theirs', now }), [daysAgo(50)]);
  assert.deepEqual(await removed(store, { keepDays: 0, system: 'theirs', now }), [], 'the newest stays');
});

test('a time of day was last today or yesterday', () => {
  const at = (text: string) => Date.parse(`2026-11-${text}Z`);
  assert.equal(lastTimeOfDay(at('30T12:00:00'), 210), at('30T03:30:00'));
  assert.equal(lastTimeOfDay(at('30T03:29:59'), 210), at('29T03:30:00'));
  assert.equal(lastTimeOfDay(at('30T03:30:00'), 210), at('30T03:30:00'));
});
