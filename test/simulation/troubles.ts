import type { SeededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { ManualClock } from '../../src/platform/clock/clock.ts';
import type { Crew, Member } from './crew.ts';
import type { Weather } from './weather.ts';

/** After trouble it may last so long until somebody owns the event again, and everybody knows who. */
const aftermathMs = 20_000;

/** What befalls processes that sell together: each trouble begins, and ends by itself or when {@link Troubles.endAll} says so. */
export function createTroubles(parts: {
  readonly crew: Crew;
  readonly weather: Weather;
  readonly random: SeededRandom;
  readonly leaseTime: ManualClock;
  readonly note: (line: string) => void;
  /** Sets the clock of PostgreSQL. */
  readonly setDatabaseTime: (byMs: number) => void;
  readonly onFailure: (what: string, error: unknown) => void;
  /** A process that ends in order is waited for by whoever waits for all to come to rest. */
  readonly underway: Set<object>;
}) {
  const { crew, weather, random, leaseTime, note } = parts;
  const ends = new Set<() => void>();
  let lastAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const drawMs = () => pick([50, 300, 1_000, 3_000, 5_500, 8_000, 14_000]) * random.between(0.7, 1.3);
  const mark = () => {
    count += 1;
    lastAt = leaseTime.measure();
  };

  /** It is over after `ms`, or at the end of the storm. */
  function lasts(ms: number, over: () => void): void {
    const end = () => {
      if (!ends.delete(end)) return;
      cancel();
      mark();
      over();
    };
    const cancel = leaseTime.after(ms, end);
    ends.add(end);
  }

  function stop(member: Member): void {
    const { turns, line, clock, life } = member;
    const id = crew.idOf(member)!;
    const ms = drawMs();
    const standsStill = weather.clocks === 'still' || weather.clocks === 'wild' ? random.chance(0.6) : false;
    note(`proc   life ${life} is stopped for ${Math.round(ms)} ms${standsStill ? ', with its machine' : ''}`);
    turns.stop();
    line.setUnheard(true);
    crew.network.hold(id);
    if (standsStill) clock.standStill();
    lasts(ms, () => {
      if (turns.isDead) return;
      note(`proc   life ${life} goes on`);
      if (standsStill) clock.goOn();
      // Whoever sets the time of day of a machine that stood still takes both witnesses away.
      if (standsStill && weather.clocks === 'wild' && random.chance(0.7)) clock.set(-ms);
      const goOn = () => turns.goOn();
      const hear = () => crew.network.heal(id);
      line.setUnheard(false);
      for (const wakes of random.chance(0.5) ? [goOn, hear] : [hear, goOn]) wakes();
    });
  }

  function cutOff({ line, life }: Member): void {
    const ms = drawMs();
    note(`net    life ${life} cannot reach PostgreSQL for ${Math.round(ms)} ms`);
    line.setApart(true);
    lasts(ms, () => line.setApart(false));
  }

  function part(member: Member, other: Member): void {
    const [one, two] = [crew.idOf(member)!, crew.idOf(other)!];
    if (random.chance(0.3)) {
      note(`net    the connection between life ${member.life} and life ${other.life} breaks`);
      crew.network.break(one, two);
      return;
    }
    const ms = drawMs();
    note(`net    nothing passes between life ${member.life} and life ${other.life} for ${Math.round(ms)} ms`);
    crew.network.hold(one, two);
    lasts(ms, () => crew.network.heal(one, two));
  }

  function setClock({ clock, life }: Member): void {
    if (weather.clocks === 'right' || weather.clocks === 'still') return;
    const byMs = Math.round(pick([-3_600_000, -4_000, 4_000, 3_600_000]) * random.between(0.5, 1));
    if (weather.clocks === 'wild' && random.chance(0.5)) {
      const databaseMs = Math.round(random.between(-8_000, 8_000));
      note(`time   the clock of PostgreSQL is set by ${databaseMs} ms`);
      return parts.setDatabaseTime(databaseMs);
    }
    note(`time   the clock of life ${life} is set by ${byMs} ms`);
    clock.set(byMs);
  }

  function drain(member: Member): void {
    const entry = { lose: () => void parts.underway.delete(entry) };
    parts.underway.add(entry);
    member.running.set('stopping', entry);
    crew
      .drain(member)
      .catch((error) => parts.onFailure('stopping', error))
      .finally(entry.lose);
  }

  async function befall(): Promise<void> {
    const awake = crew.awake();
    if (crew.members.length < weather.processes && random.chance(0.5)) {
      await crew.startUntilUp();
      return;
    }
    if (awake.length === 0) return;
    const member = pick(awake);
    const others = crew.members.filter((one) => one !== member);
    const kind = random.weighted([
      ['stop', 6],
      ['cut off', 2],
      ['part', others.length > 0 ? 2 : 0],
      ['clock', 2],
      ['kill', 2],
      ['drain', awake.length > 1 ? 2 : 0],
    ] as const);
    if (kind === 'stop') stop(member);
    else if (kind === 'cut off') cutOff(member);
    else if (kind === 'part') part(member, pick(others));
    else if (kind === 'clock') setClock(member);
    else if (kind === 'kill') await crew.kill(pick(crew.members));
    else drain(member);
  }

  return {
    /** How many troubles there were so far. */
    get count() {
      return count;
    },
    /** Whether requests may fail for it at this moment. */
    get lasts() {
      return ends.size > 0 || leaseTime.measure() - lastAt < aftermathMs;
    },
    /** Something goes wrong, or somebody comes or goes. */
    async begin(): Promise<void> {
      mark();
      await befall();
      mark();
    },
    /** Somebody was killed, whoever did it. */
    mark,
    endAll(): void {
      for (const end of [...ends]) end();
    },
  };
}

export type Troubles = ReturnType<typeof createTroubles>;
