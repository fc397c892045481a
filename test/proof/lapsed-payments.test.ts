import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const minute = 60_000;

/** The last place is in payment at the bank, whose page nobody answers until that payment is let go: the place is free. */
async function letOneLapse() {
  const desk = await startTestApp();
  const office = boxOffice(desk);
  const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', capacity: 1, price: 20 }] });
  const first = await office.hold({ eventId, quantity: 1 });
  assert.equal((await office.pay(first, { card: 'tok_3ds' })).status, 202);
  await desk.runJobs();
  desk.clock.advance(16 * minute);
  await desk.eventually(async () => (await office.look(first)).status === 410, 'the end of the hold');
  return { desk, office, eventId, first };
}

describe('a hold whose payment lapsed', needs('clock', 'process'), () => {
  test('does not come back with a restart on the place of somebody else', async () => {
    const { desk, office, eventId, first } = await letOneLapse();
    const second = await office.hold({ eventId, quantity: 1 });
    await desk.runJobs();
    const again = boxOffice(
      await startTestApp({ database: desk.database, clock: createManualClock(desk.clock.now() + 1) }),
    );
    assert.equal((await again.look(second)).status, 200);
    assert.notEqual((await again.look(first)).status, 200);
    assert.equal((await again.pay(second)).status, 201);
  });

  test('leaves its place free for whoever comes after a restart', async () => {
    const { desk, eventId } = await letOneLapse();
    const again = boxOffice(
      await startTestApp({ database: desk.database, clock: createManualClock(desk.clock.now() + 1) }),
    );
    assert.equal((await again.reserve({ eventId, quantity: 1 })).status, 201);
  });
});
