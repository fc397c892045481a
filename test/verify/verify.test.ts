import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { askAll, checks, invariants, type Verification, verifyDatabase } from '../../src/features/verify/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { dropGuards, plants } from './plants.ts';
import { rightsInOrder } from './plants-of-rights.ts';
import { type SoldShow, sellShow } from './sold-show.ts';

describe('verify', () => {
  let app: TestApp;
  let show: SoldShow;
  before(async () => {
    app = await startTestApp();
    show = await sellShow(app);
  });

  /** Plants faults in a transaction, asks the checks in it, and takes everything back. */
  async function verifyWith(faults: readonly string[]): Promise<Verification> {
    const taken = new Error('taken back');
    let verification: Verification | undefined;
    await app.database
      .transaction(async (tx) => {
        for (const sql of [...dropGuards, ...faults]) await tx.query(sql);
        verification = await askAll(tx);
        throw taken;
      })
      .catch((error) => {
        if (error !== taken) throw error;
      });
    return verification!;
  }

  test('a sale made through the API is clean', async () => {
    const verification = await verifyDatabase(app.database);
    assert.deepEqual(namesOf(verification), []);
    assert.equal(verification.clean, true);
    assert.deepEqual(verification.looked.tickets, 56);
  });

  test('over two connections it sees one moment and answers the same, check by check', async () => {
    const [alone, together] = [await verifyDatabase(app.database), await verifyDatabase(app.database, undefined, 2)];
    const outcome = ({ findings, looked }: Verification) => [findings.map(({ ms: _, ...rest }) => rest), looked];
    assert.deepEqual(outcome(together), outcome(alone));
    assert.deepEqual(
      together.findings.map(({ name, formerly }) => ({ name, formerly })),
      checks.map(({ name, formerly }) => ({ name, formerly })),
    );
  });

  test('it is clean too while messages still wait in the outbox', async () => {
    const { app: http } = app;
    const url = '/api/tickets/reserve';
    const payload = { eventId: show.eventId, ticketTypeId: show.standingTypeId, quantity: 1 };
    const held = (await http.inject({ method: 'POST', url, payload })).json();
    const bought = await http.inject({
      method: 'POST',
      url: '/api/tickets/purchase',
      headers: { 'x-session-token': held.sessionToken },
      payload: { reservationId: held.reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } },
    });
    assert.equal(bought.statusCode, 201, bought.body);
    assert.deepEqual(namesOf(await verifyDatabase(app.database)), []);
    await app.runJobs();
    assert.deepEqual(namesOf(await verifyDatabase(app.database)), []);
  });

  test('it stays clean when capacity is lowered and raised, and when the show is taken off', async () => {
    const fresh = await startTestApp();
    const { app: http, staff: headers, database } = fresh;
    const { eventId, standingTypeId } = await sellShow(fresh);
    const url = `/api/events/${eventId}`;
    for (const capacity of [12, 25]) {
      const type = `${url}/ticket-types/${standingTypeId}`;
      const changed = await http.inject({ method: 'PUT', url: type, headers, payload: { capacity } });
      assert.equal(changed.statusCode, 200, changed.body);
      assert.deepEqual(namesOf(await verifyDatabase(database)), []);
    }
    assert.equal((await http.inject({ method: 'DELETE', url, headers })).statusCode, 200);
    await fresh.runJobs();
    assert.deepEqual(namesOf(await verifyDatabase(database)), []);
  });

  test('keys and invitations of who is still there, and logins that passed their second factor, are in order', async () => {
    assert.deepEqual(namesOf(await verifyWith(rightsInOrder)), []);
  });

  test('a hold that was bought has ended, though a crash left it in the journal and its place is held anew', async () => {
    const { cancelledBookingId, heldReservationId } = show;
    const verification = await verifyWith([
      `INSERT INTO hold_journal SELECT b.reservation_id, h.event_id, hold, expires_at, h.organizer_id
       FROM hold_journal h, bookings b WHERE h.reservation_id = '${heldReservationId}' AND b.booking_id = '${cancelledBookingId}'`,
    ]);
    assert.deepEqual(namesOf(verification), []);
  });

  for (const { fault, sql, found } of plants) {
    test(`it finds ${fault}`, async () => {
      const verification = await verifyWith(sql(show));
      assert.deepEqual(namesOf(verification), found);
      assert.equal(verification.clean, false);
      for (const { count, examples } of verification.findings) assert.equal(examples.length, Math.min(count, 5));
    });
  }

  test('every check has a fault that it finds, and every promise a check', () => {
    const planted = new Set(plants.flatMap(({ found }) => found));
    assert.deepEqual(
      checks.filter(({ name }) => !planted.has(name)).map(({ name }) => name),
      [],
    );
    assert.deepEqual([...new Set(checks.map(({ invariant }) => invariant))], Object.keys(invariants));
    const names = checks.flatMap(({ name, formerly }) => (formerly === undefined ? name : [name, formerly]));
    assert.equal(new Set(names).size, names.length);
  });
});

function namesOf({ findings }: Verification): string[] {
  return findings.filter(({ count }) => count > 0).map(({ name }) => name);
}
