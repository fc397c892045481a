import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../../kernel/decision.ts';
import { soleFence } from '../../../platform/ownership/sole-ownership.ts';
import { PeerUnreached } from '../../../platform/peers/peers.ts';
import type { Inventory } from '../ports.ts';
import { createInventoryAtOwner } from './inventory-at-owner.ts';

test('whoever decides about an event reads it again when its capacity was changed elsewhere, and nobody else is asked', async () => {
  const asked: string[] = [];
  const owned = 1;
  const inventory = createInventoryAtOwner({
    here: {
      changeCapacity: async (_type, change) => accept(await change([], null)),
    } as Partial<Inventory> as Inventory,
    ownership: { fenceOf: (eventId) => (eventId === owned ? soleFence : null) },
    atOwner: {
      async run(eventId, _here, name, body) {
        asked.push(`${name} of ${eventId}: ${(body as { method: string }).method}`);
        return JSON.stringify({}) as never;
      },
      async lookAgain() {},
      answer() {},
    },
    onFailure: (error) => assert.fail(String(error)),
  });
  for (const eventId of [owned, 2]) {
    const changed = await inventory.changeCapacity({ eventId, ticketTypeId: 1, keep: null }, async () => 'done');
    assert.deepEqual(changed, accept('done'));
  }
  assert.deepEqual(asked, ['inventory of 2: refresh']);
});

test('whoever did not hear that a capacity has changed is asked again until it does', async () => {
  let isReached = false;
  const failures: string[] = [];
  const asked: string[] = [];
  const inventory = createInventoryAtOwner({
    here: {
      changeCapacity: async (_type, change) => accept(await change([], null)),
    } as Partial<Inventory> as Inventory,
    ownership: { fenceOf: () => null },
    atOwner: {
      async run(_eventId, _here, _name, body) {
        if (!isReached) throw new PeerUnreached('Nobody is there');
        asked.push((body as { method: string }).method);
        return JSON.stringify({}) as never;
      },
      async lookAgain() {},
      answer() {},
    },
    onFailure: (error) => failures.push(String(error)),
  });
  const type = { eventId: 2, ticketTypeId: 1, keep: null };
  assert.deepEqual(await inventory.changeCapacity(type, async () => 'done'), accept('done'));
  await inventory.catchUp();
  assert.equal(failures.length, 2);
  isReached = true;
  await inventory.catchUp();
  await inventory.catchUp();
  assert.deepEqual(asked, ['refresh']);
});
