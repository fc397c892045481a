import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawProgress } from '../../src/cli/progress-line.ts';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { needs } from '../support/needs.ts';
import { runOnsale } from '../support/onsale-process.ts';
import { samplePlan } from '../support/sample-plan.ts';
import { sampleShow } from '../support/sample-show.ts';

test(
  'onsale import brings files in without a server, names what it refuses, and says by its exit code how it went',
  needs('process'),
  async () => {
    const folder = await makeTemporaryDataFolder();
    const files = `${folder.path}-files`;
    await mkdir(files);
    const write = async (name: string, content: unknown) => {
      const path = join(files, name);
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    };
    const onsale = async (...args: string[]) => {
      const run = runOnsale(['import', '--data-dir', folder.path, ...args]);
      return { code: await run.exited, stdout: run.stdout(), stderr: run.stderr() };
    };
    try {
      const show = await write('show.jsonld', {
        ...sampleShow,
        startDate: '2099-05-01T20:00:00',
        offers: { price: 9 },
      });
      const plan = await write('plan.json', samplePlan());
      const undated = await write('undated.jsonld', { ...sampleShow, startDate: undefined });
      const broken = await write('broken.json', '{');

      const good = await onsale('--publish', '--plan', plan, show);
      assert.deepEqual(
        [good.code, good.stdout],
        [0, 'Plan 1: Small hall, 8 seats.\nAdded 2, updated 0, unchanged 0, refused 0.\n'],
        good.stderr,
      );
      const again = await onsale('--json', '--publish', '--plan', plan, show);
      assert.deepEqual([again.code, JSON.parse(again.stdout).unchanged], [0, 2]);
      const some = await onsale(show, undated, broken);
      assert.equal(some.code, 1);
      assert.match(some.stderr, /refused {2}\S+undated\.jsonld# {2}has no date/);
      assert.match(some.stderr, /refused {2}\S+broken\.json:1:2 {2}is broken JSON/);
      const none = await onsale(broken, join(files, 'missing'));
      assert.equal(none.code, 2);
      assert.match(none.stderr, /missing {2}does not exist/);
      const twice = await onsale(
        await write('twice.json', [
          { ...sampleShow, '@id': undefined },
          { ...sampleShow, '@id': undefined },
        ]),
      );
      assert.match(twice.stderr, /repeated {2}\S+twice\.json#\/1 {2}is the same as \S+twice\.json#\/0\n/);
      assert.match(twice.stdout, /^Added 1, updated 0, unchanged 0, repeated 1, refused 0\.$/m);
      const first = await write('first.jsonld', {
        ...sampleShow,
        '@id': 'https://s.test/1',
        name: 'Described in two files',
      });
      const same = await write('same.jsonld', {
        ...sampleShow,
        '@id': 'https://s.test/1',
        name: 'Described in two files',
      });
      const other = await write('other.jsonld', { ...sampleShow, '@id': 'https://s.test/1', name: 'By another name' });
      const files3 = await onsale(first, same, other);
      assert.match(files3.stdout, /^Added 1, updated 1, unchanged 0, repeated 1, refused 0\.$/m);
      assert.match(files3.stderr, /repeated {2}\S+same\.jsonld# {2}is the same as \S+first\.jsonld#\n/);
      assert.match(
        files3.stderr,
        /note {2}\S+other\.jsonld# {2}is the show at \S+first\.jsonld# in other words: event \d+ /,
      );
      // German and others write a decimal comma, and so they do here.
      const dearer = await onsale('--price', '1,50', '--change-sold', '--call-off', show);
      assert.equal(dearer.code, 0, dearer.stderr);
      const wrong = await onsale('--capacity', 'many', show);
      assert.deepEqual(
        [wrong.code, wrong.stderr.split('\n')[0]],
        [2, '--capacity must be a whole number from 1 to 500000.'],
      );
    } finally {
      await folder.remove();
      await rm(files, { recursive: true, force: true });
    }
  },
);

test(
  'onsale import of what is too large, or has no end, says so at once and reads no more',
  needs('process'),
  async () => {
    const folder = await makeTemporaryDataFolder();
    const large = `${folder.path}-large.jsonld`;
    try {
      await writeFile(large, Buffer.alloc(67_000_000, ' '));
      for (let i = 0; i < 3; i++) {
        const run = runOnsale(['import', '--data-dir', folder.path, large, '/dev/zero']);
        assert.equal(await run.exited, 2);
        assert.equal(
          run.stderr(),
          `refused  ${large}  is larger than 32 MB\nrefused  /dev/zero  is larger than 32 MB\n`,
        );
      }
    } finally {
      await folder.remove();
      await rm(large, { force: true });
    }
  },
);

test('onsale import without files says what it needs', needs('process'), async () => {
  const run = runOnsale(['import']);
  assert.equal(await run.exited, 2);
  assert.match(run.stderr(), /at least one FILE/);
});

test('the progress line fits the terminal', needs('process'), () => {
  assert.equal(drawProgress('shows.jsonld', 35, 70, 80), `shows.jsonld  ${'█'.repeat(15)}${'░'.repeat(15)}  35/70`);
  for (const columns of [10, 20, 40, 200]) {
    assert(drawProgress('a/long/path/to/shows.jsonld', 5, 70, columns).length <= columns);
  }
});
