import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from 'amqplib';
import { freshDataDir, type OnsaleServer, serveOnsale } from '../support/onsale-process.ts';
import { startRabbitMq, withoutRabbitMq } from '../support/rabbitmq-server.ts';
import { until } from '../support/redis-servers.ts';

async function degraded({ url }: OnsaleServer): Promise<readonly string[]> {
  const answer = await fetch(`${url}/health/ready`);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { degraded: string[] }).degraded;
}

describe('a server with a RabbitMQ', { skip: withoutRabbitMq }, () => {
  test('sells without it, says so once, and needs no restart when it is back', async () => {
    const rabbitMq = await startRabbitMq();
    const dataDir = await freshDataDir();
    const args = ['--no-demo', '--rabbitmq-url', rabbitMq.url()];
    const server = await serveOnsale(dataDir, { args });
    assert.deepEqual(await degraded(server), []);
    const latency = async () =>
      ((await (await fetch(`${server.url}/health`)).json()) as { latencyMs: Record<string, number | null> }).latencyMs
        .rabbitmq;
    assert.ok(Number(await latency()) > 0);
    const ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${ownerKey}` };
    const metrics = async () => (await fetch(`${server.url}/metrics`, { headers })).text();
    // A mail goes from the outbox by RabbitMQ to the consumer that notes it.
    const register = async (email: string) => {
      const answer = await fetch(`${server.url}/api/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: 'a rather long pass phrase', name: 'Ana' }),
      });
      assert(answer.status < 300, await answer.text());
    };
    const mailed = async (email: string) => (await (await fetch(`${server.url}/dev/mail`)).text()).includes(email);
    await register('ana@example.org');
    await until(() => mailed('ana@example.org'));
    assert.match(await metrics(), /^onsale_rabbitmq_up 1$/m);
    assert.match(await metrics(), /^onsale_messages_total\{outcome="handled"\} [1-9]/m);
    assert.match(await metrics(), /^onsale_queue_messages\{consumer="mail"\} 0$/m);
    assert.match(await metrics(), /^onsale_dead_letters 0$/m);

    await rabbitMq.kill();
    await until(async () => (await degraded(server)).length === 1);
    assert.deepEqual(await degraded(server), ['rabbitmq: unreachable']);
    assert.equal(await latency(), null);
    await register('ben@example.org');
    await until(async () => /^onsale_outbox_pending [1-9]/m.test(await metrics()));
    assert.match(await metrics(), /^onsale_rabbitmq_up 0$/m);
    await rabbitMq.restart();
    await until(async () => (await degraded(server)).length === 0);
    await until(() => mailed('ben@example.org'));
    const said = server.stderr().match(/RabbitMQ[^"]*/g) ?? [];
    assert.equal(said.length, 2, said.join('\n'));
    assert.match(said.join('\n'), /cannot be reached.*\n.*works again/);

    // What it cannot read lies where the command finds it.
    const connection = await connect(rabbitMq.url());
    const channel = await connection.createConfirmChannel();
    channel.publish('onsale', 'mail.requested', Buffer.from('{'), { type: 'mail.requested', messageId: 'none' });
    await channel.waitForConfirms();
    await connection.close();
    await until(async () => /^onsale_dead_letters 1$/m.test(await metrics()));
    assert.equal(await server.stop(), 0);

    await rabbitMq.kill();
    const again = await serveOnsale(dataDir, { args });
    assert.deepEqual(await degraded(again), ['rabbitmq: unreachable']);
    await rabbitMq.restart();
    await until(async () => (await degraded(again)).length === 0);
    assert.equal(await again.stop(), 0);
  });
});
