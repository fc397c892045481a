import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

describe('a change of the catalogue whose process died before it could say so', needs('process'), () => {
  test('is read by the owner of the event within seconds: more places, and rules', async () => {
    const owner = await startTestApp();
    // It says nothing to anybody: two apps of one database know nothing of each other.
    const dead = await startTestApp({ database: owner.database });
    const [office, elsewhere] = [boxOffice(owner), boxOffice(dead)];
    const { eventId, ticketTypes } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 3 }] });
    const capacityNow = async () => (await office.availability(eventId)).ticketTypes[0].capacity;
    assert.equal(await capacityNow(), 3);
    const path = `/api/events/${eventId}`;
    const raised = await elsewhere.send('PUT', `${path}/ticket-types/${ticketTypes[0]!.ticketTypeId}`, dead.staff, {
      capacity: 5,
    });
    assert.equal(raised.status, 200, raised.text);
    assert.equal(await capacityNow(), 3);
    const compare = owner.core.jobs.find(({ name }) => name === 'see what the catalogue has changed')!;
    await compare.run();
    assert.equal(await capacityNow(), 5);
    await office.hold({ eventId, quantity: 5 });
    await elsewhere.send('PUT', path, dead.staff, { limitPerReservation: 2 });
    await compare.run();
    assert.equal((await office.reserve({ eventId, quantity: 3 })).body.code, 'LIMIT_PER_RESERVATION');
  });

  test('what only sales have changed is not read again', async () => {
    const owner = await startTestApp();
    const office = boxOffice(owner);
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 3 }] });
    assert.equal((await office.pay(await office.hold({ eventId, quantity: 1 }))).status, 201);
    await owner.runJobs();
    const { version } = await office.availability(eventId);
    const compare = owner.core.jobs.find(({ name }) => name === 'see what the catalogue has changed')!;
    await compare.run();
    assert.equal((await office.availability(eventId)).version, version);
  });
});
