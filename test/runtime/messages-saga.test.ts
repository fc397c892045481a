import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinAsOtherService, type OtherService, type Wish } from '../support/booker-by-messages.ts';
import { finishOnsale, freshDataDir, type OnsaleServer, serveOnsale } from '../support/onsale-process.ts';
import { type RabbitMqServer, startRabbitMq, withoutRabbitMq } from '../support/rabbitmq-server.ts';
import { until } from '../support/redis-servers.ts';

const nextSpring = new Date(Date.now() + 120 * 86_400_000).toISOString();

const dataDir = await freshDataDir();

describe('another service that books by messages', { skip: withoutRabbitMq }, () => {
  let rabbitMq: RabbitMqServer;
  let onsale: OnsaleServer;
  let ownerKey: string;
  const serve = () => serveOnsale(dataDir, { args: ['--no-demo', '--rabbitmq-url', rabbitMq.url()] });
  before(async () => {
    rabbitMq = await startRabbitMq();
    onsale = await serve();
    ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  });

  // biome-ignore lint/suspicious/noExplicitAny: answers of the API
  async function call(method: string, path: string, body?: object): Promise<any> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ownerKey}` };
    const answer = await fetch(`${onsale.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.status < 300, text);
    return JSON.parse(text);
  }
  async function draft(capacity: number): Promise<number> {
    const { eventId } = await call('POST', '/api/events', {
      title: 'Night Music',
      eventDate: nextSpring,
      venue: 'Hall',
      venueAddress: 'Main Street 1',
      status: 'draft',
      ticketTypes: [{ name: 'Entry', price: 25.5, capacity }],
    });
    return eventId;
  }
  const keyWith = async (...scopes: string[]): Promise<string> =>
    (await call('POST', '/api/organizers/onsale/keys', { name: scopes.join(), scopes })).key;
  const joined = (key: string) => joinAsOtherService({ url: onsale.url, amqp: () => rabbitMq.url(), key });
  const availability = (eventId: number) => call('GET', `/api/events/${eventId}/availability`);
  async function deadLetters(): Promise<{ messageId: string; reason: string; detail: string }[]> {
    const found = await finishOnsale(['messages', 'dead', '--json', '--rabbitmq-url', rabbitMq.url()]);
    assert.equal(found.code, 0, found.stderr);
    assert.ok(!found.stdout.includes('onsale_'), 'a key is shown');
    return JSON.parse(found.stdout);
  }
  async function verify(): Promise<void> {
    const { code, stdout, stderr } = await finishOnsale(['verify', '--data-dir', dataDir]);
    assert.equal(code, 0, `${stdout}${stderr}`);
  }
  async function putOnSale(service: OtherService, capacity: number): Promise<number> {
    const eventId = await draft(capacity);
    await service.send(service.wish('EventPublishedEvent', { eventId }), { times: 2 });
    await until(async () => (await call('GET', `/api/events/${eventId}`)).status === 'published');
    return eventId;
  }

  test('holds, keeps, sells and releases, each message twice, and again when all is over', async () => {
    const service = await joined(await keyWith('catalog', 'tickets', 'payments'));
    const eventId = await putOnSale(service, 20);
    const sent: Wish[] = [];
    const ask = async (name: string, payload: object) => {
      const wish = service.wish(name, payload);
      sent.push(wish);
      return service.ask(wish, { times: 2 });
    };
    const held = await ask('HoldTicketsRequest', { eventId, quantity: 3, customerEmail: 'ana@example.org' });
    assert.equal(held.name, 'TicketHeldEvent', JSON.stringify(held.payload));
    const { reservationId, tickets, expiresAt } = held.payload;
    const ids = tickets.map(({ ticketId }: { ticketId: string }) => ticketId);
    await sleep(20);
    const kept = await ask('ReserveTicketsRequest', { reservationId });
    assert.equal(kept.name, 'TicketReservedEvent', JSON.stringify(kept.payload));
    assert.deepEqual(kept.payload.ticketIds, ids);
    assert.ok(kept.payload.expiresAt > expiresAt);
    const sold = await ask('SellTicketsRequest', { reservationId, paymentReference: 'bank 1' });
    assert.equal(sold.name, 'TicketSoldEvent', JSON.stringify(sold.payload));
    assert.deepEqual(
      sold.payload.tickets.map(({ ticketId }: { ticketId: string }) => ticketId),
      ids,
    );
    const other = await ask('HoldTicketsRequest', { eventId, quantity: 2 });
    const freed = await ask('ReleaseTicketsRequest', { reservationId: other.payload.reservationId });
    assert.equal(freed.name, 'TicketReleasedEvent');
    const tooMany = await ask('HoldTicketsRequest', { eventId, quantity: 99 });
    assert.equal(tooMany.name, 'TicketHoldFailedEvent');
    assert.match(tooMany.payload.code, /^[A-Z_]+$/);
    const gone = await ask('SellTicketsRequest', {
      reservationId: other.payload.reservationId,
      paymentReference: 'bank 2',
    });
    assert.equal(gone.name, 'TicketSaleFailedEvent', JSON.stringify(gone.payload));
    // Late, in another order: each is answered as it was, and nothing happens again.
    const before = await availability(eventId);
    assert.equal(before.availableCapacity, 17);
    for (const wish of sent.toReversed()) await service.ask(wish);
    assert.deepEqual(await service.ask(sent[0]!), held);
    assert.deepEqual(await service.ask(sent[2]!), sold);
    assert.equal((await availability(eventId)).availableCapacity, 17);
    assert.equal((await call('GET', '/api/bookings?limit=50')).items.length, 1);
    assert.deepEqual(await deadLetters(), []);
    await verify();
    service.die();
  });

  test('what it may not do, and what nobody understands, lies with the reason among the dead letters', async () => {
    const [clerk, editor] = [await joined(await keyWith('tickets')), await joined(await keyWith('catalog'))];
    const eventId = await putOnSale(editor, 5);
    const held = await clerk.ask(clerk.wish('HoldTicketsRequest', { eventId, quantity: 1 }));
    const { reservationId } = held.payload;
    const hold = () => clerk.wish('HoldTicketsRequest', { eventId, quantity: 1 });
    const expected = new Map<string, string>();
    async function sendIn(reason: string, wish: Wish, how?: Parameters<OtherService['send']>[1], by = clerk) {
      expected.set(wish.messageId, reason);
      await by.send(wish, how);
    }
    const sell = clerk.wish('SellTicketsRequest', { reservationId, paymentReference: 'bank 3' });
    await sendIn('NOT_ALLOWED', sell);
    await sendIn('NOT_ALLOWED', clerk.wish('EventPublishedEvent', { eventId: await draft(1) }));
    await sendIn('NOT_ALLOWED', editor.wish('ReleaseTicketsRequest', { reservationId }), {
      headers: { authorization: 'Bearer onsale_made_up' },
    });
    await sendIn('NOT_ALLOWED', hold(), { headers: { authorization: undefined } });
    await sendIn('VERSION_UNKNOWN', hold(), { headers: { version: 2 } });
    await sendIn('TYPE_UNKNOWN', hold(), { properties: { type: 'HoldSeatsRequest' } });
    await sendIn('SCHEMA', hold(), { content: Buffer.from('{"eventId":"many"}') });
    await sendIn('SCHEMA', hold(), { content: Buffer.from(JSON.stringify({ eventId, quantity: 1, notes: '\u0000' })) });
    await sendIn('NOT_JSON', hold(), { content: Buffer.from('{') });
    await sendIn('TOO_LARGE', hold(), { content: Buffer.alloc(10 * 1024 * 1024, ' ') });
    await sendIn('REPLY_TO_MISSING', hold(), { properties: { replyTo: undefined } });
    await sendIn('REPLY_TO_MISSING', hold(), { properties: { replyTo: 'onsale.dead' } });
    await sendIn('CORRELATION_ID_MISSING', hold(), { properties: { correlationId: undefined } });
    await sendIn('EVENT_UNKNOWN', editor.wish('EventPublishedEvent', { eventId: 999_999 }), {}, editor);
    const nowhere = clerk.wish('HoldTicketsRequest', { eventId: 999_999, quantity: 1 });
    assert.equal((await clerk.ask(nowhere)).name, 'TicketHoldFailedEvent');
    expected.set(nowhere.messageId, 'EVENT_UNKNOWN');
    const twice = hold();
    assert.equal((await clerk.ask(twice)).name, 'TicketHeldEvent');
    await sendIn('MESSAGE_ID_REUSED', { ...twice, payload: { eventId, quantity: 2 } });
    await until(async () => (await deadLetters()).length >= expected.size).catch(() => {});
    const found = (await deadLetters()).map(({ messageId, reason }) => [messageId, reason] as const);
    assert.deepEqual(new Map(found), expected);
    assert.equal((await availability(eventId)).availableCapacity, 3, 'none of them held or sold anything');
    const log = `${onsale.stdout()}${onsale.stderr()}`;
    assert.ok(!/onsale_[\w-]{8}/.test(log.replaceAll(ownerKey, '')), 'a key stands in the log');
    clerk.die();
    editor.die();
  });
});
