import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { TestApp } from '../support/app.ts';
import { boxOffice, type Held } from '../support/box-office.ts';
import { createTestDatabase } from '../support/database.ts';
import { intercepted } from '../support/intercepted.ts';
import { type JoinedApp, startJoinedApp } from '../support/joined-apps.ts';
import { joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';

const parts = needs('process', 'database', 'clock', 'jobs');

/** Catches first commits of a process before PostgreSQL hears of them. */
function catcher() {
  let isCatching = false;
  let caught = Promise.withResolvers<void>();
  let free = Promise.withResolvers<void>();
  return {
    catchNext() {
      isCatching = true;
      caught = Promise.withResolvers();
      free = Promise.withResolvers();
    },
    caught: () => caught.promise,
    letGo: () => free.resolve(),
    through: async <T>(name: string | undefined, ask: () => Promise<T>): Promise<T> => {
      if (isCatching && name === 'booking-reserve-fenced') {
        isCatching = false;
        caught.resolve();
        await free.promise;
      }
      return ask();
    },
  };
}

/** An owner of all events and two fronts; first commits of the first front can be caught. */
async function open() {
  const { database, connection } = await createTestDatabase();
  const processes = joinedProcesses({ database, connection });
  const commits = catcher();
  const caughtDatabase = intercepted(database, (statement, ask) => commits.through(statement.name, ask));
  const joined = [await processes.join(), await processes.join(), await processes.join()] as const;
  const owner = await startJoinedApp(joined[0], { database });
  const { clock } = owner;
  const front = await startJoinedApp(joined[1], { database: caughtDatabase, clock });
  const other = await startJoinedApp(joined[2], { database, clock });
  await processes.ownAll(owner);
  return { processes, owner, front, other, commits };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function newShow({ owner }: Opened, capacity = 4, more: object = {}): Promise<number> {
  const show = await boxOffice(owner).show({ ticketTypes: [{ name: 'Entry', price: 30, capacity }], ...more });
  return show.eventId;
}

const run = async (app: TestApp, name: string) => app.core.jobs.find((one) => one.name === name)!.run();
const jobs = async (app: TestApp, ...names: string[]) => {
  for (const name of names) await run(app, name);
};

async function counts(app: TestApp, eventId: number): Promise<number[]> {
  const [type] = (await boxOffice(app).availability(eventId)).ticketTypes;
  return [type.available, type.held, type.reserved, type.sold];
}

describe('holds and purchases that come to a process which does not decide about their event', parts, () => {
  let opened: Opened;

  before(async () => {
    opened = await open();
  });

  /** What the front asks the owner meanwhile. */
  async function askedBy(front: JoinedApp, work: () => Promise<unknown>): Promise<string[]> {
    const from = front.asked.length;
    await work();
    return front.asked.slice(from);
  }

  test('are made there, by a few words with the owner, and answered as the owner answers', async () => {
    const { owner, front, other } = opened;
    const eventId = await newShow(opened);
    let held!: Held;
    assert.deepEqual(
      await askedBy(front, async () => {
        held = await boxOffice(front).hold({
          eventId,
          quantity: 2,
          customerName: 'Ana',
          customerEmail: 'ana@example.com',
        });
      }),
      ['hold'],
    );
    const own = await boxOffice(owner).hold({
      eventId,
      quantity: 2,
      customerName: 'Ana',
      customerEmail: 'ana@example.com',
    });
    assert.deepEqual(Object.keys(held), Object.keys(own));
    assert.deepEqual(await counts(owner, eventId), [0, 4, 0, 0]);
    const said = await askedBy(front, async () => {
      const bought = await boxOffice(front).pay(held, { key: 'once' });
      assert.equal(bought.status, 201, bought.text);
      assert.equal(bought.body.status, 'completed');
      for (const app of [front, owner, other]) {
        assert.equal((await boxOffice(app).pay(held, { key: 'once' })).text, bought.text);
      }
    });
    // The organiser of the event is asked once; the same key again goes to the owner, who answers it.
    assert.deepEqual(said, ['inventory', 'begin payment', 'end payment', 'begin payment', 'request']);
    assert.deepEqual(await boxOffice(owner).bookingsOf(held), { completed: 1 });
    assert.deepEqual(await counts(owner, eventId), [0, 2, 0, 2]);
    const ownBought = await boxOffice(owner).pay(own);
    const shape = ({ tickets, ...answer }: Record<string, unknown>) => [
      Object.keys(answer),
      (tickets as object[]).map(Object.keys),
    ];
    const seen = await boxOffice(front).pay(held, { key: 'once' });
    assert.deepEqual(shape(seen.body), shape(ownBought.body));
    await boxOffice(owner).assertSound();
  });

  test('a hold that is asked for twice under one key is one, whichever process is asked', async () => {
    const { owner, front, other } = opened;
    const eventId = await newShow(opened);
    const headers = { 'idempotency-key': '7f3c8f16-2f0c-4b8e-9c06-6a4f0c9c8a11' };
    const [first, ...again] = await Promise.all(
      [front, other, owner].map((app) => boxOffice(app).reserve({ eventId, quantity: 1 }, headers)),
    );
    for (const one of again) assert.equal(one.text, first!.text);
    assert.deepEqual(await counts(owner, eventId), [3, 1, 0, 0]);
  });

  test('a card that is declined there leaves the buyer the places, and another one is tried', async () => {
    const { owner, front } = opened;
    const eventId = await newShow(opened);
    const held = await boxOffice(front).hold({ eventId, quantity: 2 });
    const declined = await boxOffice(front).pay(held, { card: 'tok_declined', key: 'first' });
    assert.deepEqual([declined.status, declined.body.attemptsLeft], [402, 4], declined.text);
    assert.equal((await boxOffice(owner).pay(held, { card: 'tok_declined', key: 'first' })).text, declined.text);
    const { body } = await boxOffice(owner).look(held);
    assert.deepEqual([body.status, body.attemptsLeft, body.expiresAt], ['active', 4, declined.body.expiresAt]);
    assert.equal((await boxOffice(front).pay(held)).status, 201);
    assert.deepEqual(await boxOffice(owner).bookingsOf(held), { completed: 1, failed: 1 });
    assert.deepEqual(await counts(owner, eventId), [2, 0, 0, 2]);
    await boxOffice(owner).assertSound();
  });

  test('where visitors must be named, or nothing may be bought as it is, the owner handles the request', async () => {
    const { owner, front } = opened;
    const eventId = await newShow(opened, 4, { asksAttendeeNames: true });
    const held = await boxOffice(front).hold({ eventId, quantity: 1 });
    const unnamed = await boxOffice(front).pay(held);
    assert.deepEqual([unnamed.status, unnamed.body.code], [400, 'ATTENDEE_NAMES_NEEDED'], unnamed.text);
    const attendees = [{ ticketId: held.tickets[0]!.ticketId, name: 'Ana' }];
    assert.equal((await boxOffice(front).pay(held, { attendees })).status, 201);
    const late = await boxOffice(front).hold({ eventId, quantity: 1 });
    front.clock.advance(16 * 60_000);
    await jobs(owner, 'expire holds');
    const over = await boxOffice(front).pay(late, { attendees });
    assert.deepEqual([over.status, over.body.code], [410, 'RESERVATION_EXPIRED'], over.text);
  });

  test('under a key whose payment is under way at another process nothing is begun', async () => {
    const { owner, front, other, commits } = opened;
    const eventId = await newShow(opened);
    const held = await boxOffice(front).hold({ eventId, quantity: 2 });
    commits.catchNext();
    const paying = boxOffice(front).pay(held, { key: 'under-way' });
    await commits.caught();
    for (const app of [owner, other, front]) {
      const again = await boxOffice(app).pay(held, { key: 'under-way' });
      assert.deepEqual([again.status, again.body.code], [409, 'IDEMPOTENCY_IN_FLIGHT'], again.text);
    }
    // Nor does anybody take it for left behind.
    await jobs(owner, 'journal holds', 'reconcile holds');
    assert.equal((await boxOffice(owner).look(held)).body.status, 'paying');
    commits.letGo();
    assert.equal((await paying).status, 201);
    assert.deepEqual(await boxOffice(owner).bookingsOf(held), { completed: 1 });
    await boxOffice(owner).assertSound();
  });

  test('a payment whose beginning nobody has answered is begun anew: nothing was written for it', async () => {
    const { processes, owner, front } = opened;
    const eventId = await newShow(opened);
    const held = await boxOffice(front).hold({ eventId, quantity: 2 });
    // The second time because the same owner is asked once more.
    processes.loseAnswers('begin payment', 2);
    const paid = await boxOffice(front).pay(held, { key: 'unanswered' });
    assert.equal(paid.status, 201, paid.text);
    assert.deepEqual(await boxOffice(owner).bookingsOf(held), { completed: 1 });
  });

  test('an event that goes elsewhere before the first commit takes its buyers along', async () => {
    const { processes, owner, front, other, commits } = opened;
    const eventId = await newShow(opened);
    const held = await boxOffice(front).hold({ eventId, quantity: 2 });
    commits.catchNext();
    const paying = boxOffice(front).pay(held, { key: 'moved' });
    await commits.caught();
    await processes.handOver(owner, other);
    commits.letGo();
    const paid = await paying;
    assert.equal(paid.status, 201, paid.text);
    assert.deepEqual(await boxOffice(other).bookingsOf(held), { completed: 1 });
    assert.deepEqual(await counts(other, eventId), [2, 0, 0, 2]);
    await processes.handOver(other, owner);
    assert.equal((await boxOffice(other).pay(held, { key: 'moved' })).text, paid.text);
    await boxOffice(owner).assertSound();
  });
});

/** A front dies with a first commit on its way; its buyer gives the places back, and somebody else holds them. */
async function dieBeforeCommit(opened: Opened) {
  const { processes, owner, front, commits } = opened;
  const eventId = await newShow(opened, 2);
  const held = await boxOffice(front).hold({ eventId, quantity: 2 });
  commits.catchNext();
  void boxOffice(front)
    .pay(held, { key: 'lost' })
    .catch(() => {});
  await commits.caught();
  await jobs(owner, 'journal holds');
  await processes.kill(front, owner);
  await jobs(owner, 'reconcile holds');
  const released = await boxOffice(owner).release(held);
  assert.equal(released.status, 200, released.text);
  const next = await boxOffice(owner).hold({ eventId, quantity: 2 });
  return { eventId, held, next };
}

const committed = async (app: TestApp, held: Held) => {
  for (let turns = 0; turns < 200; turns++) {
    if (Object.keys(await boxOffice(app).bookingsOf(held)).length > 0) return true;
    await new Promise((done) => setImmediate(done));
  }
  return false;
};

describe('a process that dies with the first commit of a purchase on its way', parts, () => {
  test('books nothing any more once the owner has set the places free', async () => {
    const opened = await open();
    const { owner, commits } = opened;
    const { held, next } = await dieBeforeCommit(opened);
    commits.letGo();
    assert.equal(await committed(owner, held), false);
    const bought = await boxOffice(owner).pay(next);
    assert.equal(bought.status, 201, bought.text);
    await boxOffice(owner).assertSound();
  });

  test('and who asks again under the same key buys at once, wherever', async () => {
    const opened = await open();
    const { processes, owner, front, other, commits } = opened;
    const eventId = await newShow(opened, 2);
    const held = await boxOffice(front).hold({ eventId, quantity: 2 });
    commits.catchNext();
    void boxOffice(front)
      .pay(held, { key: 'again' })
      .catch(() => {});
    await commits.caught();
    await processes.kill(front, owner);
    const bought = await boxOffice(other).pay(held, { key: 'again' });
    assert.equal(bought.status, 201, bought.text);
    commits.letGo();
    assert.equal((await boxOffice(owner).pay(held, { key: 'again' })).text, bought.text);
    assert.deepEqual(await boxOffice(owner).bookingsOf(held), { completed: 1 });
    await boxOffice(owner).assertSound();
  });

  test('without a new fence it would still book them, and who holds them by then could not buy', async () => {
    const opened = await open();
    const { processes, owner, commits } = opened;
    processes.keepFences();
    const { held, next } = await dieBeforeCommit(opened);
    commits.letGo();
    assert.equal(await committed(owner, held), true);
    const refused = await boxOffice(owner).pay(next);
    assert.deepEqual([refused.status, refused.body.code], [409, 'SEATS_TAKEN'], refused.text);
  });
});
