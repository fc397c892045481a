import { createBuyers } from './buyers.ts';
import { playFinale } from './finale.ts';
import type { Ground } from './ground.ts';
import { createStaff } from './staff.ts';
import { createWitness } from './witness.ts';
import { type Bent, createWorld, type Sellers, type World } from './world.ts';

export interface HowToPlay {
  /** What is planted. */
  readonly bent?: Bent;
  readonly sellers?: Sellers;
}

export interface Outcome {
  readonly seed: number;
  readonly sellers: Sellers;
  readonly log: readonly string[];
  /** What broke, if anything did. */
  readonly failure: Error | null;
}

const jobs = [
  'expire holds',
  'journal holds',
  'relay messages',
  'reconcile bookings',
  'reconcile holds',
  'catch up with the database',
  'drop idle ledgers',
  'forget old holds',
  'reconcile payments',
  'process payment work',
];

/** Plays one seed from the opening of the sale to its end. The same seed gives the same log. */
export async function runSeed(
  seed: number,
  ground: Ground,
  { bent = {}, sellers = 'alone' }: HowToPlay = {},
): Promise<Outcome> {
  let world: World | undefined;
  try {
    world = await createWorld(seed, ground, bent, sellers);
    world.note(`seed   ${seed}: ${JSON.stringify(world.weather)}`);
    await play(world);
    return { seed, sellers, log: world.log, failure: null };
  } catch (error) {
    return { seed, sellers, log: world?.log ?? [], failure: error instanceof Error ? error : new Error(String(error)) };
  } finally {
    await world?.wire.close();
  }
}

async function play(world: World): Promise<void> {
  const { random, weather, clock, wire } = world;
  const witness = createWitness(world);
  const buyers = createBuyers(world, witness);
  const staff = createStaff(world, witness, buyers);

  world.sentinel.onMoved((move) => {
    // Handed over, the journal has all that was decided; claimed from one that is dead, only what was written by then.
    if (move === 'claimed' || world.faults > 0) witness.crashed();
    else witness.handedOver();
  });

  function runJob(): void {
    const awake = world.crew.awake();
    if (awake.length === 0) return;
    const name = random.weighted(jobs.map((job) => [job, job === 'journal holds' ? 3 : 1] as const));
    const member = awake[random.below(awake.length)]!;
    const isOwner = !world.crew.isCluster || world.sentinel.owns(member.line);
    const written = name === 'journal holds' && isOwner ? witness.flushBegins() : undefined;
    const { faults } = wire;
    const { moves } = world.sentinel;
    world.startJob(member, name, () => {
      if (wire.faults > faults || world.sentinel.moves > moves || !isOwner) return;
      written?.();
      if (name === 'catch up with the database') witness.healed(world.faults);
    });
  }

  for (let acted = 0; acted < weather.stepCount; ) {
    await world.pass(random.below(40));
    const isFull = world.underway >= weather.crowding;
    if (wire.waiting > 0 && (isFull || random.chance(0.6))) {
      if (!(await wire.step())) await world.pass(50);
    } else if (random.chance(weather.troubleRate)) {
      await world.meetTrouble();
      acted += 1;
    } else if (random.chance(weather.crashRate)) {
      await world.crash();
      witness.crashed();
      buyers.crashed();
      acted += 1;
    } else if (random.chance(weather.staffRate)) {
      await staff.act();
      acted += 1;
    } else if (random.chance(0.2)) runJob();
    else if (world.crew.isCluster && random.chance(0.08)) await world.passSlowly(random.below(3_000));
    else if (random.chance(0.03)) clock.advance(random.below(120_000));
    else if (random.chance(0.06)) buyers.comeBackLate();
    else if (!isFull) {
      await buyers.act();
      acted += 1;
    } else await world.pass(20);
    await world.rest();
    witness.lookForGhosts();
    await buyers.checkSoldOut();
  }
  await playFinale(world, witness, buyers);
}

/** What a person needs to see and to do about a seed that failed. */
export function explain({ seed, sellers, log, failure }: Outcome, linesMax = 60): string {
  const shown = log.slice(-linesMax);
  const left = log.length - shown.length;
  return [
    `Seed ${seed} breaks a promise: ${failure?.message}`,
    `Replay it with: npm run sim -- --seed ${seed}${sellers === 'together' ? ' --together' : ''}`,
    log[0] ?? '',
    ...(left > 1 ? [`… ${left - 1} lines …`] : []),
    ...shown,
    failure?.stack ?? '',
  ].join('\n');
}
