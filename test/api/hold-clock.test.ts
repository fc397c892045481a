import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { startTestApp, testStart } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('holds, when the clock is set', async () => {
  const desk = await startTestApp();
  const { clock } = desk;
  const office = boxOffice(desk);
  let shows = 0;
  const show = async (capacity: number) => {
    const ticketTypes = [{ name: 'Entry', capacity, price: 20 }];
    return (await office.show({ title: `Show ${++shows}`, eventDate: '2027-06-01T20:00:00Z', ticketTypes })).eventId;
  };

  for (const jumpMs of [-15 * second, -2 * minute, -2 * hour, 3 * hour]) {
    test(
      `by ${jumpMs / second} s, each lasts as long as it was to, and nobody is refused`,
      needs('clock'),
      async () => {
        const eventId = await show(10);
        const held = await office.hold({ eventId, quantity: 6 });
        clock.advance(5 * minute);
        clock.jump(jumpMs);
        const seen = await office.look(held);
        assert.equal(seen.body.expiresInSeconds, 600);
        assert.equal(Date.parse(seen.body.expiresAt), clock.now() + 10 * minute);
        const other = await office.hold({ eventId, quantity: 4 });
        assert.equal(Date.parse(other.expiresAt), clock.now() + 15 * minute);
        const full = await office.reserve({ eventId, quantity: 1 });
        assert.equal(new Date(full.body.nextExpiryAt).getTime(), clock.now() + 10 * minute);
        clock.advance(10 * minute - 1);
        assert.equal((await office.look(held)).status, 200);
        clock.advance(1);
        const gone = await office.look(held);
        assert.equal(gone.status, 410);
        clock.jump(-jumpMs);
        assert.equal((await office.look(held)).status, 410, 'what has expired stays so');
        assert.equal((await office.reserve({ eventId, quantity: 6 })).status, 201);
        assert.equal((await office.pay(other)).status, 201);
      },
    );

    test(`by ${jumpMs / second} s, one in payment keeps its time too`, needs('clock'), async () => {
      const eventId = await show(10);
      const held = await office.hold({ eventId, quantity: 2 });
      clock.advance(13 * minute);
      assert.equal((await office.pay(held, { card: 'tok_3ds' })).status, 202);
      clock.jump(jumpMs);
      const paying = await office.look(held);
      assert.deepEqual([paying.body.status, paying.body.expiresInSeconds], ['paying', 600]);
      clock.jump(-jumpMs);
    });

    test(
      `by ${jumpMs / second} s between two processes, the sooner deadline counts`,
      needs('clock', 'process'),
      async () => {
        const eventId = await show(10);
        const held = await office.hold({ eventId, quantity: 2 });
        clock.advance(5 * minute);
        await office.renew(held);
        await desk.runJobs();
        const later = createManualClock(clock.now() + jumpMs);
        const again = boxOffice(await startTestApp({ database: desk.database, clock: later }));
        const seen = await again.look(held);
        if (jumpMs > 0) return assert.equal(seen.status, 404);
        assert.equal(seen.body.expiresInSeconds, 15 * 60);
        later.advance(15 * minute);
        assert.equal((await again.look(held)).status, 410);
      },
    );
  }

  test('also after the clock was set while it was held: the journal knows', needs('clock', 'process'), async () => {
    const eventId = await show(10);
    const held = await office.hold({ eventId, quantity: 2 });
    await desk.runJobs();
    clock.advance(5 * minute);
    clock.jump(3 * hour);
    await desk.runJobs();
    const later = createManualClock(clock.now());
    const again = boxOffice(await startTestApp({ database: desk.database, clock: later }));
    assert.equal((await again.look(held)).body.expiresInSeconds, 600);
    clock.jump(testStart - clock.now());
  });
});
