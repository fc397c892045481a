import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { systemRandom } from '../../kernel/ids.ts';
import { systemClock } from '../../platform/clock/clock.ts';
import { createAtOwner, NotByCommand } from '../../platform/ownership/at-owner.ts';
import { type Fence, type JoinedOwnership, NotOwned } from '../../platform/ownership/ownership.ts';
import { createInProcessNetwork } from '../../platform/peers/in-process-peers.ts';
import { createHop } from './hop.ts';
import { publicCaller } from './identify-caller.ts';

const eventId = 7;
const clock = systemClock;

/** Two processes, of which one owns the event; who looks hears what was decided meanwhile. */
async function openPair(handlers: Record<'first' | 'second', (times: number) => string>, knowsCommands = true) {
  const network = createInProcessNetwork({ clock });
  const names = ['first', 'second'] as const;
  type Name = (typeof names)[number];
  let owner: Name = 'first';
  let fence = 1;
  const handled: Name[] = [];
  const counted: string[] = [];
  const apps = {} as Record<Name, FastifyInstance>;
  for (const name of names) {
    const other = names.find((one) => one !== name)!;
    let known: Name = owner;
    const ownFence: Fence = { slot: 0, processId: name, fence: 0 };
    const ownership: JoinedOwnership = {
      fenceOf: () => (known === name ? ownFence : null),
      ownerOf: () => (known === name ? null : { processId: other, address: other, fence }),
      untilOwned: async () => true,
      async look() {
        known = owner;
      },
      onLost() {},
      beforeHandOver() {},
      isLiving: () => true,
      async fenceAnew() {},
    };
    const onFailure = (what: string, error: unknown) => assert.fail(`${what}: ${error}`);
    const peers = network.join({ processId: () => name, address: name, clock, random: systemRandom, onFailure });
    const atOwner = createAtOwner({ ownership, peers, clock });
    const app = Fastify({ exposeHeadRoutes: false });
    app.addHook('onRequest', (request, _reply, done) => {
      request.caller = publicCaller;
      done();
    });
    const countByOwner = (isHere: boolean) => counted.push(`${name}: ${isHere ? 'here' : 'elsewhere'}`);
    createHop({ eventOf: () => eventId, ownership, atOwner, countByOwner, elsewhere: [] }).install(app);
    app.post('/buy', { config: { access: 'public', eventOf: { event: 'body.eventId' } } }, async () => {
      handled.push(name);
      return { by: handlers[name](handled.filter((one) => one === name).length) };
    });
    const ask = async (word: string) => {
      handled.push(name);
      return { by: await atOwner.runCommand(eventId, () => handlers[name](0), word, null) };
    };
    if (knowsCommands) atOwner.command('buy', () => handlers[name](0));
    const short = { access: 'public', eventOf: { event: 'body.eventId' }, hops: 'by command' } as const;
    app.post('/command', { config: short }, () => ask('buy'));
    app.post('/whole', { config: short }, async () => {
      if (ownership.fenceOf(eventId) === null) throw new NotByCommand(eventId);
      return ask('buy');
    });
    await app.ready();
    apps[name] = app;
  }
  return {
    apps,
    handled,
    counted,
    move(to: Name) {
      owner = to;
      fence += 1;
    },
  };
}

const buy = async (app: FastifyInstance, url = '/buy') => {
  const { statusCode, body } = await app.inject({ method: 'POST', url, payload: { eventId } });
  return [statusCode, statusCode === 200 ? JSON.parse(body).by : body];
};

test('a request that wrote nothing because its event had just moved is handled where that is now', async () => {
  for (const asked of ['first', 'second'] as const) {
    const pair = await openPair({
      first() {
        pair.move('second');
        throw new NotOwned(eventId);
      },
      second: () => 'second',
    });
    assert.deepEqual(await buy(pair.apps[asked]), [200, 'second'], `asked of the ${asked}`);
    assert.deepEqual(pair.handled, ['first', 'second']);
  }
});

test('or here again, if nobody took it after all; and is turned away when that goes on and on', async () => {
  const pair = await openPair({
    first(times) {
      if (times === 1) throw new NotOwned(eventId);
      return 'first';
    },
    second: () => 'second',
  });
  assert.deepEqual(await buy(pair.apps.first), [200, 'first']);
  const never = await openPair({
    first() {
      throw new NotOwned(eventId);
    },
    second: () => 'second',
  });
  for (const asked of ['first', 'second'] as const) {
    assert.equal((await buy(never.apps[asked]))[0], 500);
    assert.deepEqual(never.handled.splice(0), ['first', 'first', 'first']);
  }
});

test('whatever else a handler throws is not handled again', async () => {
  const pair = await openPair({
    first() {
      throw new Error('broken');
    },
    second: () => 'second',
  });
  assert.equal((await buy(pair.apps.first))[0], 500);
  assert.deepEqual(pair.handled, ['first']);
});

const byNames = { first: () => 'first', second: () => 'second' };

test('a request that goes by command is handled where it comes in, and goes to the owner whole where that is not enough', async () => {
  const pair = await openPair(byNames);
  assert.deepEqual(await buy(pair.apps.second, '/command'), [200, 'first']);
  assert.deepEqual(pair.handled.splice(0), ['second']);
  assert.deepEqual(await buy(pair.apps.second, '/whole'), [200, 'first']);
  assert.deepEqual(pair.handled.splice(0), ['first']);
});

test('each request about an event is counted once, where it came in, by who owns that', async () => {
  const pair = await openPair(byNames);
  for (const path of ['/buy', '/command', '/whole']) {
    for (const name of ['first', 'second'] as const) await buy(pair.apps[name], path);
    assert.deepEqual(pair.counted.splice(0), ['first: here', 'second: elsewhere'], path);
  }
});

test('it goes there whole as well if the owner is of a version that does not know the command', async () => {
  const pair = await openPair(byNames, false);
  assert.deepEqual(await buy(pair.apps.second, '/command'), [200, 'first']);
  assert.deepEqual(pair.handled, ['second', 'first']);
});

test('a command that was not done because its event had just moved is asked of whoever has it now', async () => {
  const pair = await openPair({
    first() {
      pair.move('second');
      throw new NotOwned(eventId);
    },
    second: () => 'second',
  });
  assert.deepEqual(await buy(pair.apps.second, '/command'), [200, 'second']);
  assert.deepEqual(pair.handled, ['second']);
});
