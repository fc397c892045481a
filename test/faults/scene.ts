import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogClient } from '../support/catalog-client.ts';
import { createUrlClient } from '../support/client.ts';
import { finishOnsale } from '../support/onsale-process.ts';
import type { KeptHold } from '../support/steady-buyers.ts';

/** All faults at full length (`npm run test:faults`), or as many as fit beside all other tests. */
export const isDeep = process.env.ONSALE_FAULTS === 'all';

/** Servers to play with: no demo, no limits. */
export const trialEnv = { RATE_LIMITS: 'off', HOLD_LIMITS: 'off', DEMO: 'off' };

export async function ownerKeyOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
}

/** Shows on sale with general admission. */
export async function makeShows(url: string, ownerKey: string, count: number, capacity: number): Promise<number[]> {
  const office = catalogClient({
    client: createUrlClient(url),
    staff: { authorization: `Bearer ${ownerKey}` },
  });
  const eventIds: number[] = [];
  for (let no = 0; no < count; no++) {
    const show = await office.show({ title: `Night ${no}`, ticketTypes: [{ name: 'Entry', price: 10, capacity }] });
    eventIds.push(show.eventId);
  }
  return eventIds;
}

/** Waits until it holds; fails with these words if it does not within `withinMs`. Answers after how many milliseconds it did. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (await holds()) return Math.round(performance.now() - startedAt);
    assert.ok(performance.now() - startedAt < withinMs, `${what}: not within ${withinMs} ms`);
    await sleep(20);
  }
}

/** Each hold is there as it was, and can be bought. */
export async function buyKept(url: string, kept: readonly KeptHold[]): Promise<void> {
  assert.equal(await buyWhatIsLeft(url, kept, false), kept.length);
}

/** Holds are there as they were, and can be bought; or, where they may be, they are lost. Answers how many were bought. */
export async function buyWhatIsLeft(url: string, kept: readonly KeptHold[], mayBeLost = true): Promise<number> {
  const client = createUrlClient(url);
  let bought = 0;
  for (const { reservationId, sessionToken, expiresAt } of kept) {
    const headers = { 'x-session-token': sessionToken };
    const seen = await client.send('GET', `/api/tickets/reservation/${reservationId}`, headers);
    if (mayBeLost && seen.body.code === 'RESERVATION_UNKNOWN') continue;
    assert.deepEqual([seen.status, seen.body.expiresAt], [200, expiresAt], seen.text);
    const body = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
    const keyed = { ...headers, 'idempotency-key': reservationId };
    const paid = await client.send('POST', '/api/tickets/purchase', keyed, body);
    assert.equal(paid.status, 201, paid.text);
    bought += 1;
  }
  return bought;
}

export async function soldOf(url: string, eventIds: readonly number[]): Promise<number> {
  let sold = 0;
  for (const eventId of eventIds) {
    const { body } = await createUrlClient(url).send('GET', `/api/events/${eventId}/availability`);
    for (const type of body.ticketTypes) sold += type.sold;
  }
  return sold;
}

/** Fails unless every promise about tickets and money holds. */
export async function assertVerified(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, stdout, stderr } = await finishOnsale(['verify', '--data-dir', dataDir], { env });
  assert.equal(code, 0, `${stdout}\n${stderr}`);
}

export function say(line: string): void {
  process.stdout.write(`   ${line}\n`);
}

/** What failed, each with what the log says of it: its correlation id is in the answer. */
export function withLog(failed: readonly string[], log: string): string[] {
  const lines = log.split('\n');
  return failed.map((one) => {
    const id = /"traceId":"([^"]+)"/.exec(one)?.[1];
    return [one, ...(id === undefined ? [] : lines.filter((line) => line.includes(id)))].join('\n');
  });
}
