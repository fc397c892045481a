import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allowedMoves,
  type MoveCause,
  mayMove,
  type TicketStatus,
  ticketMoves,
  ticketStatuses,
} from './ticket-status.ts';

const byHand: Record<TicketStatus, TicketStatus[]> = {
  Available: ['Reserved', 'Cancelled'],
  Held: ['Available', 'Cancelled'],
  Reserved: ['Available', 'Sold', 'Cancelled'],
  Sold: [],
  Cancelled: [],
};

for (const status of ticketStatuses) {
  test(`staff may move a ticket that is ${status} to ${byHand[status].join(', ') || 'nothing'}`, () => {
    assert.deepEqual(allowedMoves(status), byHand[status]);
    for (const to of ticketStatuses) assert.equal(mayMove(status, to, 'staff'), byHand[status].includes(to));
  });
}

const byThemselves: [MoveCause, [TicketStatus, TicketStatus][]][] = [
  ['hold', [['Available', 'Held']]],
  ['release', [['Held', 'Available']]],
  ['expire', [['Held', 'Available']]],
  [
    'confirm',
    [
      ['Available', 'Reserved'],
      ['Held', 'Reserved'],
    ],
  ],
  [
    'payment-failed',
    [
      ['Reserved', 'Available'],
      ['Reserved', 'Held'],
    ],
  ],
  ['paid', [['Reserved', 'Sold']]],
  ['booking-cancelled', [['Sold', 'Cancelled']]],
];

for (const [cause, moves] of byThemselves) {
  test(`${cause} moves ${moves.map((move) => move.join(' to ')).join(', ')} and nothing else`, () => {
    for (const from of ticketStatuses) {
      for (const to of ticketStatuses) {
        const expected = moves.some(([a, b]) => a === from && b === to);
        assert.equal(mayMove(from, to, cause), expected, `${from} to ${to}`);
      }
    }
  });
}

test('a cancelled ticket never moves again', () => {
  assert.deepEqual(
    ticketMoves.filter(({ from }) => from === 'Cancelled'),
    [],
  );
});

test('no ticket is sold that was not reserved first', () => {
  assert.deepEqual(
    ticketMoves.filter(({ to }) => to === 'Sold').map(({ from }) => from),
    ['Reserved'],
  );
});
