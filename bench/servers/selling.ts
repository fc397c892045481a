import Fastify from 'fastify';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';
import { announce } from './child.ts';

/** What a buyer sends to a baseline. */
export interface Purchase {
  readonly eventId: number;
  readonly ticketId: number;
  readonly customer: string;
}

const body = {
  type: 'object',
  required: ['eventId', 'ticketId', 'customer'],
  additionalProperties: false,
  properties: {
    eventId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    ticketId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    customer: { type: 'string', minLength: 1, maxLength: 100 },
  },
};

export interface SellingParts {
  readonly connection: ConnectionSettings;
  readonly poolSize: number;
  /** What happens between BEGIN and COMMIT; null if the ticket cannot be had. Answers what the buyer gets. */
  readonly sell: (client: pg.PoolClient, purchase: Purchase, key: string) => Promise<object | null>;
  /** Held around the whole transaction, before a connection is taken; null when it could not be had in time. */
  readonly lock?: (purchase: Purchase) => Promise<(() => Promise<void>) | null>;
}

/**
 * The frame that all textbook designs of a purchase share: one request, one transaction, answered after COMMIT. Written
 * as well as such a design allows: prepared statements, a pool of the best size, nothing else in the request.
 */
export async function serveSelling({ connection, poolSize, sell, lock }: SellingParts): Promise<void> {
  const settings = 'url' in connection ? { connectionString: connection.url } : connection;
  const pool = new pg.Pool({ ...settings, max: poolSize });
  const app = Fastify({ keepAliveTimeout: 120_000 });
  app.post('/purchase', { schema: { body } }, async (request, reply) => {
    const purchase = request.body as Purchase;
    const unlock = lock && (await lock(purchase));
    if (unlock === null) return reply.code(503).send({ code: 'BUSY' });
    try {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const answer = await sell(client, purchase, String(request.headers['idempotency-key'] ?? ''));
        await client.query(answer === null ? 'ROLLBACK' : 'COMMIT');
        return reply.code(answer === null ? 409 : 201).send(answer ?? { code: 'SOLD_OUT' });
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    } finally {
      await unlock?.();
    }
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  announce((app.server.address() as { port: number }).port);
}
