import type { AddressInfo } from 'node:net';
import { atEnd } from '../database.ts';
import { createFakeStripe, type FakeStripeServer } from './fake-stripe-server.ts';

export interface FakeStripe extends FakeStripeServer {
  /** For STRIPE_API_BASE. */
  readonly apiBase: string;
}

/** A Stripe with a memory, on a port of its own until the file's tests are done. Time is the test's. */
export async function startFakeStripe(now: () => number): Promise<FakeStripe> {
  const fake = createFakeStripe(now);
  const { server } = fake;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return Object.assign(fake, { apiBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
