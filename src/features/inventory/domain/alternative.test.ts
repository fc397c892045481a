import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createLedger,
  type DrawnHall,
  drawHall,
  freePlaces,
  holdRequest,
  ledgerOf,
  noon,
  quantityOf,
  refusal,
  saleType,
  seatedSnapshot,
} from './ledger-makers.test-support.ts';

/** That one is offered if and only if there is one is checked for any requests by the model (`ledger-model.test.ts`). */
function offered(hall: DrawnHall, ...wanted: number[]): number[] | undefined {
  const ledger = createLedger(seatedSnapshot(hall), noon);
  const ticketIds = wanted.map((seat) => `ticket-${seat}`);
  const taken = refusal(ledger.place(holdRequest('A', { selection: { kind: 'tickets', ticketIds } }), noon));
  assert.equal(taken.code, 'SEATS_TAKEN');
  assert.ok('ids' in taken);
  if (!('alternative' in taken)) return undefined;
  const placeNos = taken.alternative!.map(({ ticketId }) => ledger.stateOf(ticketId)!.placeNo);
  assert.ok(
    ledger.place(
      holdRequest('B', {
        selection: { kind: 'tickets', ticketIds: taken.alternative!.map(({ ticketId }) => ticketId) },
      }),
      noon,
    ).accepted,
  );
  return placeNos;
}

describe('what is offered when exact seats are taken', () => {
  test('as many side by side, one row behind, where they were', () => {
    assert.deepEqual(offered(drawHall('....x.', '......', '......'), 3, 4, 5), [9, 10, 11]);
  });

  test('in the same row if there is room beside, with seats that are free still', () => {
    assert.deepEqual(offered(drawHall('x.....', '      ', '......'), 0, 1, 2), [1, 2, 3]);
  });

  test('rather than to leave one seat alone, a little farther', () => {
    assert.deepEqual(offered(drawHall('x....', '......'), 0, 1, 2), [5, 6, 7]);
  });

  test('in the same zone first, else anywhere', () => {
    assert.deepEqual(offered(drawHall('x...', '-', 'x...'), 4, 5), [5, 6]);
    assert.deepEqual(offered(drawHall('x..x', '-', 'xxx.'), 5, 6), [1, 2]);
  });

  test('nothing where so many are nowhere together', () => {
    assert.equal(offered(drawHall('.x.x.', '..x..'), 0, 1, 2), undefined);
  });

  test('nothing for a wheelchair place: no other seat is in its stead', () => {
    const hall = drawHall('wx...');
    hall.states[0] = 3;
    assert.equal(offered(hall, 0), undefined);
  });

  test('any places of general admission of the same type, and nothing for a mixture', () => {
    const rules = { types: [saleType(1), saleType(2)] };
    const ledger = ledgerOf({ places: [...freePlaces(3), ...freePlaces(3, 2, 3)] }, rules);
    ledger.place(holdRequest('A', { selection: { kind: 'tickets', ticketIds: ['ticket-0'] } }), noon);
    const ask = (...ticketIds: string[]) =>
      refusal(ledger.place(holdRequest('B', { selection: { kind: 'tickets', ticketIds } }), noon)) as {
        alternative?: readonly { ticketId: string }[];
      };
    assert.deepEqual(
      ask('ticket-0', 'ticket-1')
        .alternative?.map(({ ticketId }) => ticketId)
        .sort(),
      ['ticket-1', 'ticket-2'],
    );
    assert.equal(ask('ticket-0', 'ticket-3').alternative, undefined);
    ledger.place(holdRequest('C', { selection: quantityOf(1) }), noon);
    assert.equal(ask('ticket-0', 'ticket-1').alternative, undefined, 'only one is left');
  });
});
