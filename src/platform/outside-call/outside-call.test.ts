import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../clock/clock.ts';
import { type CircuitWord, createOutsideCall, OutsideUnavailable } from './outside-call.ts';

const fast = { timeoutMs: 40, retryPauseMs: 1, sampleCount: 4, openMs: 60 };
const fault = (wasSent = true) => new OutsideUnavailable('gone', { wasSent });

function callWith(settings: object = {}) {
  const states: CircuitWord[] = [];
  const outcomes: string[] = [];
  const call = createOutsideCall({
    name: 'the bank',
    clock: systemClock,
    settings: { ...fast, ...settings },
    onState: (state) => states.push(state),
    onCall: (outcome) => outcomes.push(outcome),
  });
  return { call, states, outcomes };
}

describe('a call to an outside service', () => {
  test('is tried again when the service fails, and its answer is the first good one', async () => {
    const { call, outcomes } = callWith();
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw fault();
      return 'paid';
    };
    assert.equal(await call.run(work), 'paid');
    assert.deepEqual([tries, outcomes], [3, ['retried', 'retried', 'answered']]);
  });

  test('is not tried again for what the service says, and that never opens the circuit', async () => {
    const { call } = callWith();
    for (let i = 0; i < 20; i++) {
      let tries = 0;
      const declined = call.run(async () => {
        tries += 1;
        throw new RangeError('declined');
      });
      await assert.rejects(declined, RangeError);
      assert.equal(tries, 1);
    }
    assert.equal(call.isDown(), false);
  });

  test('gives up when it takes too long, and may have been carried out then', async () => {
    const { call } = callWith();
    const asked = call.run(() => sleep(5_000, undefined, { ref: false }));
    await assert.rejects(asked, (error) => error instanceof OutsideUnavailable && error.wasSent);
  });

  test('is refused untried while the circuit is open, and tried again after a while', async () => {
    const { call, states } = callWith({ retriesMax: 0 });
    for (let i = 0; i < 4; i++) await assert.rejects(call.run(async () => Promise.reject(fault())));
    assert.equal(call.isDown(), true);
    const untried = call.run(async () => assert.fail('it was tried'));
    await assert.rejects(untried, (error) => error instanceof OutsideUnavailable && !error.wasSent);
    await sleep(fast.openMs + 10);
    assert.equal(call.isDown(), false, 'one is let through');
    assert.equal(await call.run(async () => 'paid'), 'paid');
    assert.deepEqual(states, ['open', 'half-open', 'closed']);
  });

  test('is tried again after that while though the clock was set back by hours', async (t) => {
    const { call } = callWith({ retriesMax: 0 });
    for (let i = 0; i < 4; i++) await assert.rejects(call.run(async () => Promise.reject(fault())));
    const timeOfDay = Date.now;
    t.mock.method(Date, 'now', () => timeOfDay() - 7_200_000);
    assert.equal(call.isDown(), true);
    await assert.rejects(call.run(async () => assert.fail('it was tried')));
    await sleep(fast.openMs + 10);
    assert.equal(await call.run(async () => 'paid'), 'paid');
    assert.equal(await call.run(async () => 'paid'), 'paid');
  });

  test('that may have arrived once is never called unsent, though the last try was not', async () => {
    const { call } = callWith();
    let tries = 0;
    const asked = call.run(async () => {
      tries += 1;
      throw fault(tries === 1);
    });
    await assert.rejects(asked, (error) => error instanceof OutsideUnavailable && error.wasSent);
  });

  test('spends a budget on retries: when everything fails the service is not asked three times as often', async () => {
    const { call } = callWith({ sampleCount: 1_000, retriesMax: 2 });
    let tries = 0;
    for (let i = 0; i < 100; i++) {
      await call
        .run(async () => {
          tries += 1;
          throw fault();
        })
        .catch(() => {});
    }
    assert.ok(tries <= 100 + 10 + 21, `${tries} tries for 100 calls`);
  });

  test('waits its turn when many are made at once, and the rest is refused at once', async () => {
    const { call } = callWith({ atOnceMax: 2, waitingMax: 1 });
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await sleep(5);
      running -= 1;
    };
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => call.run(work)));
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
    );
    assert.equal(most, 2);
  });
});
