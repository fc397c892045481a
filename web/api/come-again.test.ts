import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comeAgainMs } from './come-again.ts';

const clientCount = 10_000;

/** How many connect in the busiest second, if all lost their sockets at once and nobody answers for so long. */
function busiestSecond(delay: (client: number, failures: number) => number, awayMs: number): number {
  const perSecond = new Map<number, number>();
  for (let client = 0; client < clientCount; client++) {
    let at = 0;
    for (let failures = 1; at <= awayMs; failures++) {
      at += delay(client, failures);
      const second = Math.floor(at / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
  }
  return Math.max(...perSecond.values());
}

/** Chance that is the same in each run: even among the clients, and another for each of their tries. */
const chanceOf = (client: number, failures: number) =>
  ((client * 7_919 + failures * 104_729) % clientCount) / clientCount;

test('ten thousand pages whose server died come back over seconds; without chance all come in the same one', () => {
  const spread = (client: number, failures: number) =>
    comeAgainMs({ reason: '', failures, isPolling: failures > 2, chance: chanceOf(client, failures) });
  const together = (_client: number, failures: number) =>
    comeAgainMs({ reason: '', failures, isPolling: failures > 2, chance: 0.5 });
  for (const awayMs of [0, 5_000, 60_000]) {
    assert.ok(busiestSecond(spread, awayMs) <= clientCount / 2, `${awayMs} ms away: ${busiestSecond(spread, awayMs)}`);
    assert.equal(busiestSecond(together, awayMs), clientCount);
  }
});

test('nobody comes back at once, and nobody stays away for long', () => {
  for (const chance of [0, 0.999]) {
    for (let failures = 1; failures < 40; failures++) {
      const ms = comeAgainMs({ reason: '', failures, isPolling: false, chance });
      assert.ok(ms >= 500 && ms <= 12_500, `${ms} ms after ${failures} failures`);
      const polling = comeAgainMs({ reason: '', failures, isPolling: true, chance });
      assert.ok(polling >= 7_500 && polling <= 37_500, `${polling} ms`);
    }
  }
});

test('a server that stops says when to come back; once it was not there, chance decides again', () => {
  const asked = (reason: string, failures = 1) => comeAgainMs({ reason, failures, isPolling: false, chance: 0 });
  assert.equal(asked('again in 2417 ms'), 2_417);
  assert.equal(asked('again in 999999999 ms'), 60_000);
  assert.equal(asked('again in 2417 ms', 2), 1_000);
  for (const reason of ['', 'again in x ms', 'again in -5 ms', 'The server stops']) assert.equal(asked(reason), 500);
});
