import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../test/support/redis-servers.ts';
import type { DenyList } from './deny-list.ts';

/** What every list must do. `open` answers the lists of two processes, which are the same one where there is but one. */
export function denyListContract(open: () => Promise<readonly [DenyList, DenyList]>): void {
  test('what was denied is, in every process, and nothing else', async () => {
    const [one, other] = await open();
    assert.equal(await other.isDenied('a'), false);
    await one.deny('a', 60_000);
    for (const list of [one, other]) {
      assert.equal(await list.isDenied('a'), true);
      assert.equal(await list.isDenied('b'), false);
    }
  });

  test('for as long as it was to be: once more, and it is the later time', async () => {
    const [one, other] = await open();
    await one.deny('short', 1);
    await until(async () => !(await other.isDenied('short')));
    await one.deny('longer', 1);
    await other.deny('longer', 60_000);
    await until(async () => !(await one.isDenied('short')));
    assert.equal(await one.isDenied('longer'), true);
  });
}
