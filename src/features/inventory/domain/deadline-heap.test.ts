import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeadlineHeap } from './deadline-heap.ts';

test('the first deadline is the earliest, whatever was added, moved and taken out before', () => {
  const step = fc.record({ slot: fc.nat(20), deadline: fc.option(fc.nat(100)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const heap = new DeadlineHeap();
      const deadlines = new Map<number, number>();
      for (const { slot, deadline } of steps) {
        if (deadline === null) {
          heap.remove(slot);
          deadlines.delete(slot);
        } else {
          heap.set(slot, deadline);
          deadlines.set(slot, deadline);
        }
        const first = deadlines.size === 0 ? null : Math.min(...deadlines.values());
        assert.equal(heap.firstDeadline, first);
        assert.equal(deadlines.get(heap.firstSlot) ?? null, first);
      }
      for (const deadline of [...deadlines.values()].sort((a, b) => a - b)) {
        assert.equal(heap.firstDeadline, deadline, 'and they leave in order');
        heap.remove(heap.firstSlot);
      }
      assert.equal(heap.size, 0);
    }),
    { numRuns: 3000 },
  );
});
