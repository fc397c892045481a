import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { toRefusal } from '../../src/edges/http/errors.ts';
import { PeerRefused } from '../../src/platform/peers/peers.ts';
import { boxOffice } from '../support/box-office.ts';
import { type JoinedApp, startOwnerAndFront } from '../support/joined-apps.ts';
import type { joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';

/** What a process of the next version might say or write, and one of the version before has not. */
describe('processes of two versions on one database', needs('process', 'database', 'clock', 'jobs'), () => {
  let processes: ReturnType<typeof joinedProcesses>;
  let owner: JoinedApp;
  let front: JoinedApp;
  let eventId: number;

  before(async () => {
    ({ processes, owner, front } = await startOwnerAndFront());
    const show = await boxOffice(owner).show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 9 }] });
    eventId = show.eventId;
  });

  const ask = (name: string, body: unknown) =>
    front.ports.atOwner.run<unknown>(eventId, () => assert.fail('it is owned elsewhere'), name, body);

  test('a request by a route that the owner does not know is 503, not 404: it is asked again', async () => {
    const answered = await ask('request', { route: 'POST /api/of-tomorrow', url: '/api/of-tomorrow', headers: {} });
    assert.deepEqual(answered, { refusal: { code: 'UNAVAILABLE' } });
  });

  test('a command that the owner does not know is 503 as well', async () => {
    await assert.rejects(ask('of-tomorrow', { more: true }), (error: Error) => {
      assert.ok(error instanceof PeerRefused && error.refusal.why === 'unknown request', String(error));
      return toRefusal(error, { url: '/', log: owner.app.log } as never).code === 'UNAVAILABLE';
    });
  });

  for (const [what, change] of [
    ['says more of a hold', `jsonb_set(hold::jsonb, '{ofTomorrow}', '{"more": true}')`],
    ['does not say how much of its time is left', `hold::jsonb - 'leftMs'`],
  ] as const) {
    test(`a journal that ${what} is read, and the hold is bought`, async () => {
      const held = await boxOffice(owner).hold({ eventId, quantity: 2 });
      await owner.core.jobs.find(({ name }) => name === 'journal holds')!.run();
      const changed = await owner.database.query(
        `UPDATE hold_journal SET hold = (${change})::json WHERE event_id = $1 RETURNING hold`,
        [eventId],
      );
      assert.equal(changed.length, 1);
      const [from, to] = [owner, front];
      await processes.handOver(from, to);
      assert.equal((await boxOffice(to).look(held)).body.expiresAt, held.expiresAt);
      assert.equal((await boxOffice(to).pay(held)).status, 201);
      await processes.handOver(to, from);
      assert.equal((await boxOffice(from).look(held)).status, 404);
    });
  }
});
