// npm run fake-stripe [-- --port 4242] [--onsale http://127.0.0.1:3000]
// Plays Stripe for an Onsale on this machine: cards, 3-D Secure, captures, refunds and signed webhooks, all in memory. No
// money moves, and nothing leaves the machine.
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { FakeEvent } from './books.ts';
import { createFakeStripe } from './fake-stripe-server.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { port: text, onsale: text } });
const onsale = values.onsale ?? 'http://127.0.0.1:3000';
const fake = createFakeStripe(() => Date.now());
const webhookTriesMax = 5;

/** As Stripe does: again after a while, unless it was taken. */
async function deliver(event: FakeEvent): Promise<void> {
  for (let tries = 1; tries <= webhookTriesMax; tries++) {
    const { body, headers } = fake.webhookOf(event, Date.now());
    const answer = await fetch(`${onsale}/api/payments/webhook/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
    }).catch(() => null);
    process.stdout.write(`${event.type}: ${answer?.status ?? 'not reached'}\n`);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 1_000 * tries));
  }
}

fake.world.onEvent = (event) => {
  // What Stripe answers to a request comes before the webhook about it.
  setTimeout(() => void deliver(event), 50);
};
const wanted = Number(values.port ?? 4242);
fake.server.once('error', (error: NodeJS.ErrnoException) => {
  const why = error.code === 'EADDRINUSE' ? 'is taken; choose another with --port' : `cannot be had: ${error.message}`;
  process.stderr.write(`Port ${wanted} ${why}.\n`);
  process.exit(1);
});
fake.server.listen(wanted, '127.0.0.1', () => {
  const { port } = fake.server.address() as AddressInfo;
  fake.world.bankBase = `http://127.0.0.1:${port}/bank`;
  process.stdout.write(`Plays Stripe at http://127.0.0.1:${port} for ${onsale}. Start Onsale with:
STRIPE_SECRET_KEY=sk_test_fake STRIPE_WEBHOOK_SECRET=${fake.webhookSecret} STRIPE_API_BASE=http://127.0.0.1:${port} npm start
`);
});
