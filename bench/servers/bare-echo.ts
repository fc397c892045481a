// Ceiling of commands: bare Fastify that validates a body with the product's own reserve schema and sends it back.
import Fastify from 'fastify';
import { ReserveBody } from '../../src/contract/inventory.ts';
import { announce } from './child.ts';

// Formats are the product's own and not checked here: the ceiling is the higher for it.
const app = Fastify({ keepAliveTimeout: 120_000, ajv: { customOptions: { validateFormats: false, strict: false } } });
app.post('/echo', { schema: { body: ReserveBody } }, async (request) => request.body);
await app.listen({ port: 0, host: '127.0.0.1' });
announce((app.server.address() as { port: number }).port);
