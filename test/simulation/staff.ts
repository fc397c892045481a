import type { InjectOptions } from 'fastify';
import type { Buyers } from './buyers.ts';
import { claim } from './claim.ts';
import { readTickets } from './show.ts';
import type { Witness } from './witness.ts';
import type { World } from './world.ts';

/** What staff may be refused with. */
const refusals = new Set([400, 404, 409, 412]);

/** Staff who block, free, give away and cancel tickets, change capacities and publish twice, in the middle of the sale. */
export function createStaff(world: World, witness: Witness, buyers: Buyers) {
  const { random, show, ground } = world;
  const headers = { authorization: `Bearer ${ground.staffKey}` };
  let count = 0;

  function send(request: InjectOptions, what: string, done: (isDone: boolean) => void): void {
    const name = `S${++count}`;
    const faultsBefore = world.faults;
    world.note(`staff  ${name}: ${what}`);
    buyers.staffBegins();
    world.send({
      name,
      request: { headers, ...request },
      hear(answer) {
        buyers.staffEnds();
        if (answer === null) return done(false);
        const { status, text } = answer;
        const { code } = answer.body ?? {};
        // Time may jump while somebody else is at it.
        const isBusy = code === 'LOCKED';
        const isFault = (status === 503 && !isBusy) || code === 'VERSION_CONFLICT';
        claim(isFault || isBusy || status < 300 || refusals.has(status), `${name} was answered ${text}`);
        claim(!isFault || world.mayFail(faultsBefore), `${name} was answered ${text} though nothing failed`);
        done(status < 300);
      },
    });
  }

  async function moveTickets(): Promise<void> {
    const all = await readTickets(ground, show);
    if (all.length === 0) return;
    const from = random.below(all.length);
    const chosen = all.slice(from, from + 1 + random.below(2));
    const ticketIds = chosen.map(({ ticketId }) => ticketId);
    const places = chosen.map(({ placeNo }) => placeNo).join();
    const { eventId } = show;
    const free = () => {
      for (const id of ticketIds) witness.offSale.delete(id);
    };
    const takeOff = (ids: readonly string[]) => (isDone: boolean) => {
      if (isDone) for (const id of ids) witness.offSale.add(id);
    };
    // Whatever comes of it, nothing sure can be said of holds on these tickets from now on.
    witness.touches(ticketIds);
    const ask = (request: InjectOptions, what: string, done: (isDone: boolean) => void) =>
      send(request, what, (isDone) => {
        witness.touched(ticketIds);
        done(isDone);
      });
    const one = `/api/tickets/${ticketIds[0]}`;
    const first = ticketIds[0]!;
    const block = post('/block', { eventId, ticketIds, reason: 'camera' });
    const giveAway = { method: 'PATCH', url: `${one}/status`, payload: { status: 'Sold', reason: 'gift' } } as const;
    random.weighted([
      [() => ask(block, `blocks places ${places}`, takeOff(ticketIds)), 3],
      [
        () => {
          free();
          ask(post('/unblock', { eventId, ticketIds }), `unblocks places ${places}`, free);
        },
        3,
      ],
      [
        () => {
          free();
          ask(post('/release', { eventId, ticketIds }), `frees places ${places}`, free);
        },
        1,
      ],
      [() => ask({ method: 'DELETE', url: one }, `cancels place ${chosen[0]!.placeNo}`, takeOff([first])), 1],
      [() => ask(giveAway, `gives away place ${chosen[0]!.placeNo}`, takeOff([first])), 1],
    ] as const)();
  }

  /** Through the catalogue's own commands: its routes stay out of the simulated server. */
  function changeCapacity(): void {
    const standing = show.types.find((type) => !type.seated)!;
    const capacity = random.below(Math.max(8, world.weather.places + 6));
    const name = `S${++count}`;
    const context = { actor: 'key:staff', correlationId: name, now: world.clock.now(), organizerId: 1 };
    const awake = world.crew.awake();
    if (awake.length === 0) return;
    const { process, turns } = awake[random.below(awake.length)]!;
    const { commands } = process.app.slices.catalog;
    const id = { eventId: show.eventId, ticketTypeId: standing.ticketTypeId };
    const publishes = random.chance(0.3);
    world.note(`staff  ${name}: ${publishes ? 'publishes again' : `sets the capacity to ${capacity}`}`);
    buyers.staffBegins();
    const work = publishes
      ? commands.publishEvent(show.eventId, context)
      : commands.updateTicketType(id, { capacity }, context);
    work.then(
      (decided) => {
        if (turns.isDead) return;
        buyers.staffEnds();
        world.note(`answer ${name}: ${decided.accepted ? 'done' : decided.refusal.code}`);
      },
      (error) => {
        if (turns.isDead) return;
        buyers.staffEnds();
        world.note(`answer ${name}: ${error instanceof Error ? error.message : error}`);
      },
    );
  }

  return {
    act: () => (random.chance(0.3) ? changeCapacity() : moveTickets()),
  };
}

function post(path: string, payload: object): InjectOptions {
  return { method: 'POST', url: `/api/tickets${path}`, payload };
}
