import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../../kernel/decision.ts';
import { soleFence } from '../../../platform/ownership/sole-ownership.ts';
import { PeerRefused, PeerUnreached } from '../../../platform/peers/peers.ts';
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
      answer() {},
      command() {},
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
      answer() {},
      command() {},
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

test('events that a process may have changed before it died are read anew, once', async () => {
  const { inventory, asked } = openFront();
  inventory.readLater([7, 8, 7]);
  await inventory.catchUp();
  await inventory.catchUp();
  assert.deepEqual(
    asked.map((one) => one.split(':')[0]),
    ['refresh of 7', 'refresh of 8'],
  );
});

/** An inventory that owns nothing, and what its owner is asked for; with `isAway` that one cannot be asked. */
function openFront(isAway = false) {
  const asked: string[] = [];
  const failures: unknown[] = [];
  let answer: (body: unknown) => unknown = () => assert.fail();
  const inventory = createInventoryAtOwner({
    here: { releaseHolds: async () => assert.fail() } as Partial<Inventory> as Inventory,
    ownership: { fenceOf: () => null },
    atOwner: {
      async run(eventId, _here, _name, body) {
        if (isAway) throw new PeerUnreached();
        const { method, args } = body as { method: string; args: string };
        asked.push(`${method} of ${eventId}: ${args}`);
        return JSON.stringify({}) as never;
      },
      answer(_name, handler) {
        answer = (body) => handler(1, body as never, { commandId: null, from: 'front' });
      },
      command() {},
    },
    onFailure: (error) => failures.push(error),
  });
  return { inventory, asked, failures, answer: (body: unknown) => answer(body) };
}

test('holds of a person who is erased end where their events are decided about', async () => {
  const { inventory, asked } = openFront();
  await inventory.releaseHolds(7, ['RES_1', 'RES_2']);
  assert.deepEqual(asked, ['releaseHolds of 7: {"value":[7,["RES_1","RES_2"]]}']);
});

test('what follows on a commit fails nothing though nobody can be asked, and is read later', async () => {
  const front = openFront(true);
  const booking = { eventId: 7, reservationId: 'RES_1', bookingId: 'b', tickets: [] };
  await front.inventory.endPayment(booking, { how: 'paid' });
  await assert.rejects(async () => front.inventory.areFree(7, []), PeerUnreached);
  assert.equal(front.failures.length, 1);
  await front.inventory.catchUp();
  assert.equal(front.failures.length, 2);
});

test('a method of another version is refused, and nothing is done', async () => {
  const { answer } = openFront();
  for (const method of ['sellEverything', 'toString']) {
    await assert.rejects(
      async () => answer({ method, args: '{"value":[]}' }),
      (error) => error instanceof PeerRefused && error.refusal.why === 'unknown request',
    );
  }
});
