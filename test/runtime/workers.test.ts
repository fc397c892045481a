import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { pollOf, watchLive } from '../support/live-viewer.ts';
import { events, freshDataDir, postgresPid, serveOnsale } from '../support/onsale-process.ts';
import { untilJournaled } from '../support/until-journaled.ts';
import { pidsOfWorkers } from '../support/worker-pids.ts';

const workers = 3;
const onWorkers = (dataDir: string) => serveOnsale(dataDir, { args: ['--workers', String(workers)] });

interface Held {
  readonly status: number;
  readonly body: { readonly reservationId: string; readonly expiresAt: string };
  readonly headers: Record<string, string>;
}

async function hold(url: string, eventId: number): Promise<Held> {
  const event = await fetch(`${url}/api/events/${eventId}`);
  const { ticketTypes } = (await event.json()) as { ticketTypes: { ticketTypeId: number }[] };
  const response = await fetch(`${url}/api/tickets/reserve`, {
    method: 'POST',
    // A connection of its own: the parent hands each to another worker.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ eventId, ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 }),
  });
  const body = (await response.json()) as Held['body'] & { sessionToken: string };
  return { status: response.status, body, headers: { 'x-session-token': body.sessionToken, connection: 'close' } };
}

const journaled = async (dataDir: string, held: readonly Held[]) =>
  untilJournaled(
    (await embeddedConnection(join(dataDir, 'postgres')))!,
    held.map(({ body }) => body),
  );

const see = (url: string, { body, headers }: Held) =>
  fetch(`${url}/api/tickets/reservation/${body.reservationId}`, { headers });

function buy(url: string, { body, headers }: Held, key: string): Promise<Response> {
  return fetch(`${url}/api/tickets/purchase`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({
      reservationId: body.reservationId,
      customerName: 'Ada',
      customerEmail: 'ada@example.com',
      payment: { token: 'tok_ok' },
    }),
  });
}

test('several workers sell as one, whichever of them a request comes to', async () => {
  const dataDir = await freshDataDir();
  const server = await onWorkers(dataDir);
  const { url } = server;
  assert.equal((await pidsOfWorkers(server)).length, workers);
  const { items } = await events(server);
  assert.equal(items.length, 2);
  for (const { eventId } of items) {
    const holds = await Promise.all(Array.from({ length: 12 }, () => hold(url, eventId)));
    assert.deepEqual([...new Set(holds.map(({ status }) => status))], [201]);
    for (const one of holds) assert.equal((await see(url, one)).status, 200);
    const bought = await Promise.all(holds.map((one, at) => buy(url, one, `key-${eventId}-${at}`)));
    assert.deepEqual([...new Set(bought.map(({ status }) => status))], [201]);
    const first = await bought[0]!.text();
    for (let time = 0; time < workers; time++) {
      const again = await buy(url, holds[0]!, `key-${eventId}-0`);
      assert.equal(await again.text(), first);
    }
    const answer = await fetch(`${url}/api/events/${eventId}/availability`);
    const { ticketTypes } = (await answer.json()) as { ticketTypes: { sold: number; held: number }[] };
    assert.equal(
      ticketTypes.reduce((sum, { sold }) => sum + sold, 0),
      24,
    );
    assert.equal(
      ticketTypes.reduce((sum, { held }) => sum + held, 0),
      0,
    );
  }
  // A second one in the same folder is refused in one line.
  await assert.rejects(onWorkers(dataDir), /: Another Onsale \(.*\) uses the data folder .*\n$/);
  assert.equal(await server.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);
  assert.doesNotMatch(server.stderr(), /"level":50/);
});

test('whichever worker a viewer came to sees a hold made at another, and goes on when workers die', async () => {
  const dataDir = await freshDataDir();
  const server = await onWorkers(dataDir);
  const { url } = server;
  const { eventId } = (await events(server)).items[0]!;
  const heldOf = (ticketTypes: Iterable<{ readonly held: number }>) => {
    let sum = 0;
    for (const { held } of ticketTypes) sum += held;
    return sum;
  };
  // The kernel hands connections out by a hash: so many that no worker is left without one (chance below 1 in 100,000).
  const viewers = await Promise.all(
    Array.from({ length: 10 * workers }, () => watchLive({ address: async () => url }, eventId)),
  );
  // One fence: the same owner speaks, through whichever worker.
  assert.equal(new Set(viewers.map(({ frames }) => frames[0]!.fence)).size, 1);
  assert.notEqual(viewers[0]!.frames[0]!.fence, null);
  const one = await hold(url, eventId);
  assert.equal(one.status, 201);
  const seen = await Promise.all(
    viewers.map((viewer) => viewer.sees(({ ticketTypes }) => heldOf(ticketTypes.values()) === 2, 'the hold')),
  );
  for (const frame of seen) assert.deepEqual(pollOf(frame), pollOf(seen[0]!));
  await journaled(dataDir, [one]);
  for (const pid of (await pidsOfWorkers(server)).slice(0, workers - 1)) process.kill(pid, 'SIGKILL');
  let status = 0;
  for (const last = performance.now() + 20_000; status !== 201; ) {
    status = await hold(url, eventId).then(
      (next) => next.status,
      () => 0,
    );
    assert.ok(performance.now() < last, 'the event does not answer again');
    if (status !== 201) await sleep(20);
  }
  const left = viewers.filter(({ socket }) => socket.readyState === socket.OPEN);
  // They were with all workers: some are cut, and some are not.
  assert.ok(left.length > 0 && left.length < viewers.length, `${left.length} of ${viewers.length} are left`);
  await Promise.all(
    left.map((viewer) =>
      viewer.sees(({ ticketTypes }) => heldOf(ticketTypes.values()) === 4, 'a hold of the next owner'),
    ),
  );
  assert.equal(await server.stop(), 0);
});

test('workers killed one after the other are replaced, and what was held is held on', async () => {
  const dataDir = await freshDataDir();
  const server = await onWorkers(dataDir);
  const { url } = server;
  const { items } = await events(server);
  const held = await Promise.all(items.flatMap(({ eventId }) => [hold(url, eventId), hold(url, eventId)]));
  await journaled(dataDir, held);
  for (let kills = 1; kills <= 2; kills++) {
    const [pid] = await pidsOfWorkers(server);
    process.kill(pid!, 'SIGKILL');
    const killedAt = performance.now();
    for (const one of held) {
      let status = 0;
      while (status !== 200) {
        status = await see(url, one).then(
          (answer) => answer.status,
          () => 0,
        );
        assert.ok([200, 503, 0].includes(status), `a hold is answered ${status}`);
        assert.ok(performance.now() - killedAt < 20_000, 'its event does not answer again');
        if (status !== 200) await sleep(20);
      }
    }
    process.stdout.write(`   answers again ${Math.round(performance.now() - killedAt)} ms after kill -9 of a worker\n`);
    for (let time = 0; server.stderr().split('another worker process serves').length <= kills; time++) {
      assert.ok(time < 1_500, 'no other worker comes');
      await sleep(20);
    }
  }
  for (const [at, one] of held.entries()) assert.equal((await buy(url, one, `after-${at}`)).status, 201);
  assert.equal(await server.stop(), 0);
});
