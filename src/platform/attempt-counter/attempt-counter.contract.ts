import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { AttemptEnd, AttemptLimits } from '../../kernel/attempt-limits.ts';
import { createManualClock, type ManualClock } from '../clock/clock.ts';
import type { AttemptCounter, BegunAttempt, CountedAttempts } from './attempt-counter.ts';

const windowMs = 60_000;
const limits = {
  account: { max: 3, windowMs, attemptsCount: 'as failed' },
  card: { max: 3, windowMs, attemptsCount: 'while under way' },
  network: { max: 5, windowMs, attemptsCount: 'not', successMakesUp: true },
} as const satisfies AttemptLimits<string>;
type Kind = keyof typeof limits;

/** What every counter of attempts must do. `open` makes one that counts by this clock, and forgets what others counted. */
export function attemptCounterContract(open: (clock: ManualClock) => Promise<AttemptCounter> | AttemptCounter): void {
  let clock: ManualClock;
  let counter: AttemptCounter;
  let attempts: CountedAttempts<Kind>;
  beforeEach(async () => {
    clock = createManualClock(Date.UTC(2027, 0, 15, 12));
    counter = await open(clock);
    attempts = counter.attempts('tries', limits);
  });

  const nobody = { account: null, card: null, network: null };
  const begin = async (who: Partial<Record<Kind, string>>) => attempts.begin({ ...nobody, ...who });
  async function begun(who: Partial<Record<Kind, string>>): Promise<BegunAttempt> {
    const answer = await begin(who);
    assert(answer.allowed);
    return answer;
  }
  const attempt = async (who: Partial<Record<Kind, string>>, end: AttemptEnd) => (await begun(who)).end(end);
  const waits = async (who: Partial<Record<Kind, string>>) => {
    const answer = await begin(who);
    if (answer.allowed) await answer.end('neither');
    return answer.allowed ? null : answer.retryAfterSeconds;
  };

  for (const kind of ['account', 'card', 'network'] as const) {
    test(`so many failures of one ${kind} are borne, until its window has passed`, async () => {
      const { max } = limits[kind];
      for (let i = 0; i < max; i++) {
        await attempt({ [kind]: 'ana' }, 'failed');
        clock.advance(1_000);
      }
      assert.equal(await waits({ [kind]: 'ana' }), windowMs / 1000 - max);
      assert.equal(await waits({ [kind]: 'eva' }), null, 'nobody else waits');
      clock.advance(windowMs - max * 1_000 - 1);
      assert.equal(await waits({ [kind]: 'ana' }), 1);
      clock.advance(1);
      assert.equal(await waits({ [kind]: 'ana' }), null);
    });

    test(`what is right or comes to neither counts for nothing by ${kind}`, async () => {
      for (let i = 0; i < 12; i++) await attempt({ [kind]: 'ana' }, i % 2 === 0 ? 'right' : 'neither');
      assert.equal(await waits({ [kind]: 'ana' }), null);
    });
  }

  test('an attempt that counts as failed does so at once and for its window, unless it proves right', async () => {
    const ends = [];
    for (let i = 0; i < 3; i++) ends.push(await begun({ account: 'ana' }));
    assert.equal(await waits({ account: 'ana' }), windowMs / 1000);
    await ends[0]!.end('right');
    await ends[0]!.end('right');
    await attempt({ account: 'ana' }, 'failed');
    assert.equal(await waits({ account: 'ana' }), windowMs / 1000);
  });

  test('attempts under way count until they have ended, and who waits for them alone asks again soon', async () => {
    const ends = [];
    for (let i = 0; i < 3; i++) ends.push(await begun({ card: 'ana' }));
    assert.equal(await waits({ card: 'ana' }), 1);
    await ends[0]!.end('neither');
    await ends[1]!.end('right');
    assert.equal(await waits({ card: 'ana' }), null);
    await ends[2]!.end('failed');
    for (let i = 0; i < 2; i++) await attempt({ card: 'ana' }, 'failed');
    assert.equal(await waits({ card: 'ana' }), windowMs / 1000);
  });

  test('where attempts do not count any number may try at once', async () => {
    const ends = await Promise.all(Array.from({ length: 20 }, () => begun({ network: 'ana' })));
    assert.equal(await waits({ network: 'ana' }), null);
    for (const one of ends) await one.end('failed');
    assert.equal(await waits({ network: 'ana' }), windowMs / 1000);
  });

  test('a success makes up for one failure where it is said, and for none that is not there', async () => {
    for (let i = 0; i < 3; i++) await attempt({ network: 'ana' }, 'right');
    for (let i = 0; i < 4; i++) await attempt({ network: 'ana' }, 'failed');
    await attempt({ network: 'ana' }, 'right');
    await attempt({ network: 'ana' }, 'failed');
    assert.equal(await waits({ network: 'ana' }), null);
    await attempt({ network: 'ana' }, 'failed');
    assert.equal(await waits({ network: 'ana' }), windowMs / 1000);
  });

  test('a refusal counts nothing, and the longest wait is answered', async () => {
    for (let i = 0; i < 3; i++) await attempt({ account: 'ana' }, 'failed');
    clock.advance(10_000);
    for (let i = 0; i < 3; i++) await attempt({ card: 'c1' }, 'failed');
    for (let i = 0; i < 20; i++) assert.equal(await waits({ account: 'ana', card: 'c2', network: 'n' }), 50);
    assert.equal(await waits({ account: 'ana', card: 'c1' }), 60);
    assert.equal(await waits({ card: 'c2', network: 'n' }), null);
  });

  test('what ends after its window takes nothing back from the next', async () => {
    const late = await begun({ account: 'ana', card: 'ana' });
    clock.advance(windowMs);
    for (let i = 0; i < 3; i++) await attempt({ account: 'ana', card: 'ana' }, 'failed');
    await late.end('right');
    assert.equal(await waits({ account: 'ana' }), windowMs / 1000);
    assert.equal(await waits({ card: 'ana' }), windowMs / 1000);
  });

  test('attempts of another name are counted apart', async () => {
    for (let i = 0; i < 3; i++) await attempt({ account: 'ana' }, 'failed');
    const others = await counter.attempts('others', limits).begin({ ...nobody, account: 'ana' });
    assert(others.allowed);
  });

  test('a hundred at once get no further than one after the other', async () => {
    for (const kind of ['account', 'card'] as const) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => begin({ [kind]: 'ana' })));
      assert.equal(answers.filter(({ allowed }) => allowed).length, limits[kind].max);
    }
  });

  test('a time of day that is set back or forward locks nobody out, and gives nobody more', async () => {
    for (const jumpMs of [-15_000, -7_200_000, 10_800_000]) {
      const who = { account: `ana ${jumpMs}` };
      for (let i = 0; i < 2; i++) await attempt(who, 'failed');
      clock.jump(jumpMs);
      assert.equal(await waits({ account: `eva ${jumpMs}` }), null);
      await attempt(who, 'failed');
      assert.equal(await waits(who), windowMs / 1000);
      clock.advance(windowMs);
      assert.equal(await waits(who), null);
    }
  });

  test('what has passed is forgotten, and nothing else', async () => {
    for (let i = 0; i < 3; i++) await attempt({ account: 'ana' }, 'failed');
    clock.advance(windowMs / 2);
    for (let i = 0; i < 3; i++) await attempt({ account: 'eva' }, 'failed');
    clock.advance(windowMs / 2);
    await counter.forgetPassed();
    assert.equal(await waits({ account: 'ana' }), null);
    assert.equal(await waits({ account: 'eva' }), windowMs / 2000);
  });
}

/** What counters that share their counts must do besides. `open` makes two. */
export function sharedCounterContract(open: (clock: ManualClock) => Promise<[AttemptCounter, AttemptCounter]>): void {
  describe('two counters that share their counts', () => {
    test('bear no more than one, one after the other and at once', async () => {
      const clock = createManualClock(Date.UTC(2027, 0, 15, 12));
      const both = (await open(clock)).map((counter) => counter.attempts('tries', limits));
      const who = { account: 'ana', card: 'c1', network: 'n1' };
      const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => both[i % 2]!.begin(who)));
      const allowed = answers.filter((answer) => answer.allowed);
      assert.equal(allowed.length, limits.account.max);
      await Promise.all(allowed.map((answer) => answer.allowed && answer.end('failed')));
      for (const attempts of both) {
        assert.deepEqual(await attempts.begin(who), { allowed: false, retryAfterSeconds: windowMs / 1000 });
      }
      clock.advance(windowMs);
      for (const attempts of both) assert((await attempts.begin(who)).allowed);
    });

    test('take back what the other counted', async () => {
      const [one, other] = await open(createManualClock(0));
      const begun = await one.attempts('tries', limits).begin({ account: null, card: 'c9', network: null });
      assert(begun.allowed);
      for (let i = 0; i < 4; i++) {
        const more = await other.attempts('tries', limits).begin({ account: null, card: 'c9', network: null });
        assert.equal(more.allowed, i < 2);
      }
      await begun.end('right');
      assert((await other.attempts('tries', limits).begin({ account: null, card: 'c9', network: null })).allowed);
    });
  });
}
