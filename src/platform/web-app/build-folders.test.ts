import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addBuild, namesOfBuilds } from './build-folders.ts';

const base = await mkdtemp(join(tmpdir(), 'onsale-builds-'));
after(() => rm(base, { recursive: true, force: true }));
let dists = 0;
const newDist = () => join(base, String(dists++), 'web/dist');
const fill = (folder: string) => writeFile(join(folder, 'manifest.json'), '{}');
const listed = async (dist: string) => (await readdir(dist)).sort();

test('the newest build comes first, two before it are kept, and nothing else stays', async () => {
  const dist = newDist();
  assert.deepEqual(namesOfBuilds(dist), []);
  for (const name of ['one', 'two', 'three', 'four']) await addBuild(dist, name, fill);
  assert.deepEqual(namesOfBuilds(dist), ['four', 'three', 'two']);
  assert.deepEqual(await listed(dist), ['builds.json', 'four', 'three', 'two']);
});

test('a build that is there already is not made again, only named first', async () => {
  const dist = newDist();
  for (const name of ['one', 'two']) await addBuild(dist, name, fill);
  await addBuild(dist, 'one', () => assert.fail('made again'));
  assert.deepEqual(namesOfBuilds(dist), ['one', 'two']);
});

test('a build that fails leaves what was there, and nothing half done', async () => {
  const dist = newDist();
  await addBuild(dist, 'one', fill);
  const failing = addBuild(dist, 'two', async (folder) => {
    await writeFile(join(folder, 'half.js'), '');
    throw new Error('no space');
  });
  await assert.rejects(failing, /no space/);
  assert.deepEqual(await listed(dist), ['builds.json', 'one']);
  assert.deepEqual(namesOfBuilds(dist), ['one']);
});

test('several who build at once do not spoil each other: the same build once, and other builds all', async () => {
  const dist = newDist();
  const begun: Promise<void>[] = [];
  let open = () => {};
  const gate = new Promise<void>((done) => {
    open = done;
  });
  const slowly = async (folder: string) => {
    await writeFile(join(folder, 'half.js'), '');
    await gate;
    await fill(folder);
  };
  for (const name of ['one', 'one', 'two']) begun.push(addBuild(dist, name, slowly));
  // One that is done meanwhile cleans up, and leaves alone what the others are making.
  await addBuild(dist, 'three', fill);
  assert.equal((await listed(dist)).filter((name) => name.startsWith('.making-')).length, 3);
  open();
  await Promise.all(begun);
  assert.deepEqual(await listed(dist), ['builds.json', 'one', 'three', 'two']);
  for (const name of ['one', 'two', 'three']) assert(existsSync(join(dist, name, 'manifest.json')));
  const names = namesOfBuilds(dist);
  // Whoever wrote the list last may have read it before another did; the next build finds all.
  assert(names.length >= 1 && names.every((name) => ['one', 'two', 'three'].includes(name)), String(names));
  await addBuild(dist, 'four', fill);
  assert.equal(namesOfBuilds(dist)[0], 'four');
  assert.equal(namesOfBuilds(dist).length, 3);
});

test('what a killed build left behind long ago goes with the next', async () => {
  const dist = newDist();
  for (const name of ['.making-old', '.making-now']) await mkdir(join(dist, name), { recursive: true });
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  await utimes(join(dist, '.making-old'), twoHoursAgo, twoHoursAgo);
  await addBuild(dist, 'one', fill);
  assert.deepEqual(await listed(dist), ['.making-now', 'builds.json', 'one']);
});

test('a list that is broken, or names what is not there or lies elsewhere, names nothing', async () => {
  const dist = newDist();
  await addBuild(dist, 'one', fill);
  await writeFile(join(dist, '..', 'manifest.json'), '{}');
  for (const [text, names] of [
    ['', []],
    ['{"one": 1}', []],
    ['["gone", "..", "../dist/one", 7, "one"]', ['one']],
  ] as const) {
    await writeFile(join(dist, 'builds.json'), text);
    assert.deepEqual(namesOfBuilds(dist), names, text);
  }
});
