import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWitness, type SeenHold } from './witness.ts';

let id = 0;
const hold = (facts: Partial<SeenHold> = {}): SeenHold => ({
  reservationId: `RES_${id++}`,
  ticketIds: ['a'],
  places: ['a'],
  ticketTypeIds: [1],
  sentAt: 1_000,
  answeredAt: 1_010,
  seconds: 60,
  ...facts,
});
const purchase = (bookingId: string, ...ticketIds: string[]) => ({
  bookingId,
  owner: { 'x-session-token': 's' },
  totalPrice: 10,
  tickets: ticketIds.map((ticketId) => ({ ticketId, ticketNumber: `n-${ticketId}` })),
});
const seen = (work: (witness: ReturnType<typeof createWitness>) => void) => {
  const witness = createWitness();
  work(witness);
  return witness.contradictions.map(({ check }) => check);
};

test('an ordinary sale has no contradictions', () => {
  const found = seen((witness) => {
    const one = hold();
    witness.held(one);
    witness.bought(one, purchase('b1', 'a'), 2_000);
    const other = hold({ ticketIds: ['b'], sentAt: 1_500, answeredAt: 1_510 });
    witness.held(other);
    witness.released(other);
    witness.held(hold({ ticketIds: ['b'], sentAt: 3_000, answeredAt: 3_010 }));
    witness.soldOut(1, 9_000);
  });
  assert.deepEqual(found, []);
});

test('a ticket held by two at once is seen; held again after its time it is not', () => {
  const first = hold();
  assert.deepEqual(
    seen((witness) => {
      witness.held(first);
      witness.held(hold({ sentAt: 30_000, answeredAt: 30_010 }));
    }),
    ['one-hold-at-a-time'],
  );
  assert.deepEqual(
    seen((witness) => {
      witness.held(first);
      witness.held(hold({ sentAt: 61_000, answeredAt: 61_010 }));
    }),
    [],
  );
});

test('two answers that may have crossed on the way prove nothing', () => {
  const found = seen((witness) => {
    witness.held(hold({ sentAt: 1_000, answeredAt: 1_100 }));
    witness.held(hold({ sentAt: 1_050, answeredAt: 61_200 }));
  });
  assert.deepEqual(found, []);
});

test('a ticket sold to two buyers is seen', () => {
  const found = seen((witness) => {
    witness.bought(hold(), purchase('b1', 'a'), 2_000);
    witness.bought(hold({ sentAt: 90_000 }), purchase('b2', 'a'), 91_000);
  });
  assert.deepEqual(found, ['one-buyer-per-ticket']);
});

test('two bookings for one purchase are seen, the same answer twice is not', () => {
  const one = hold();
  const found = seen((witness) => {
    witness.bought(one, purchase('b1', 'a'), 2_000);
    witness.bought(one, purchase('b1', 'a'), 2_000);
    assert.equal(witness.acknowledged.length, 1);
    witness.bought(one, purchase('b2', 'a'), 2_000);
  });
  assert.deepEqual(found, ['one-booking-per-key']);
});

test('a hold or a purchase that began after the words sold out is seen', () => {
  const before = hold({ ticketIds: ['c'], sentAt: 1_000 });
  const found = seen((witness) => {
    witness.soldOut(1, 5_000);
    witness.held(before);
    witness.bought(before, purchase('b1', 'c'), 4_999);
    witness.held(hold({ ticketIds: ['d'], sentAt: 5_001, answeredAt: 5_010 }));
    witness.held(hold({ ticketIds: ['e'], ticketTypeIds: [2], sentAt: 5_001, answeredAt: 5_010 }));
    const late = hold({ ticketIds: ['f'], sentAt: 4_000, answeredAt: 4_010 });
    witness.held(late);
    witness.bought(late, purchase('b2', 'f'), 5_500);
  });
  assert.deepEqual(found, ['sold-out-is-true', 'sold-out-is-true']);
});
