import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeatBoard } from './seat-board.ts';

const type = (available: number) => ({
  ticketTypeId: 1,
  capacity: 6,
  available,
  held: 6 - available,
  reserved: 0,
  sold: 0,
});
const frame = (rest: object) => JSON.stringify({ eventId: 1, epoch: 'E', fence: null, ticketTypes: [], ...rest });

test('runs of a live frame change the seats that follow one another', () => {
  const board = createSeatBoard();
  board.take({ version: 'E.4', states: 'aaaaaa' });
  assert(
    board.takeFrame(
      frame({
        type: 'delta',
        from: 4,
        to: 6,
        changes: [
          [1, 'hh'],
          [5, 's'],
        ],
        ticketTypes: [type(3)],
      }),
    ),
  );
  assert.equal(board.letters?.join(''), 'ahhaas');
  assert.equal(board.version, 'E.6');
  assert.equal(board.numbers.get(1)?.available, 3);
});

test('what is older than what is known changes nothing, and a gap is said', () => {
  const board = createSeatBoard();
  assert.equal(board.takeFrame(frame({ type: 'delta', from: 0, to: 1, changes: [[0, 'h']] })), false);
  board.takeFrame(frame({ type: 'snapshot', states: 'aha', to: 9, ticketTypes: [type(2)] }));
  board.take({ version: 'E.7', states: 'aaa' });
  assert(board.takeFrame(frame({ type: 'delta', from: 5, to: 8, changes: [[0, 'h']] })));
  assert.equal(board.letters?.join(''), 'aha');
  assert.equal(board.takeFrame(frame({ type: 'delta', from: 11, to: 12, changes: [[0, 'h']] })), false);
  board.take({ version: 'E.11', changes: [[2, 's']] });
  assert.equal(board.letters?.join(''), 'ahs');
});
