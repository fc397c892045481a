import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { twoProcessesOnRedis } from '../support/redis-of-app.ts';
import { until, withoutRedis } from '../support/redis-servers.ts';

const titles = async ({ app }: TestApp, query: string) =>
  (await app.inject(`/api/search?${query}`)).json().items.map(({ title }: { title: string }) => title);

describe('two processes with one Redis', { skip: withoutRedis }, () => {
  test('keep an event under a name that others can read, as it is answered', async () => {
    const { server, here, there } = await twoProcessesOnRedis();
    const office = boxOffice(here);
    const { eventId } = await office.show({ title: 'Kept' });
    const { body } = await office.send('GET', `/api/events/${eventId}`, {});
    await until(async () => (await server.command('exists', `shop:event:${eventId}`)) === '1');
    assert.deepEqual(JSON.parse(await server.command('get', `shop:event:${eventId}`)), body);
    const leftMs = Number(await server.command('pttl', `shop:event:${eventId}`));
    assert(leftMs > 0 && leftMs <= 60_000, `${leftMs}`);
    await office.send('PUT', `/api/events/${eventId}`, here.staff, { title: 'Changed' });
    await until(async () => (await server.command('exists', `shop:event:${eventId}`)) === '0');
    const seen = await there.app.inject(`/api/events/${eventId}`);
    assert.equal(seen.json().title, 'Changed');
  });

  test('answer a search from what the other found, and forget it when a show changes', async () => {
    const { server, here, there } = await twoProcessesOnRedis();
    const office = boxOffice(here);
    const { eventId } = await office.show({ title: 'Nocturne' });
    assert.deepEqual(await titles(here, 'term=nocturne'), ['Nocturne']);
    await until(async () => (await server.command('keys', 'shop:onsale:search:page:*')) !== '');
    const asked = there.core.platform.metrics.caches.search;
    const before = { ...asked };
    // Written otherwise, and the same question.
    assert.deepEqual(await titles(there, 'term=%20NOCTURNE&limit=20'), ['Nocturne']);
    assert.deepEqual([asked.hit - before.hit, asked.missed - before.missed], [1, 0]);
    await office.send('PUT', `/api/events/${eventId}`, here.staff, { title: 'Nocturne in E' });
    await until(async () => (await titles(there, 'term=nocturne'))[0] === 'Nocturne in E');
    const suggested = async () => (await there.app.inject('/api/search/suggestions?term=noctu')).json().items[0].text;
    assert.equal(await suggested(), 'Nocturne in E');
  });
});
