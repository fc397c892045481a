import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type TicketKeysAnswer, TicketKeysSchema } from '../../contract/ticket-codes.ts';
import { toIso } from '../../kernel/instant.ts';
import type { createTicketCodes } from './queries/ticket-codes.ts';

type PublicKey = Awaited<ReturnType<ReturnType<typeof createTicketCodes>['publicKeys']>>[number];

/** What doors need to check codes without network. */
export function createTicketKeyRoutes(
  codes: Pick<ReturnType<typeof createTicketCodes>, 'publicKeys'>,
): FastifyPluginAsyncTypebox {
  const schema = {
    tags: ['operation'],
    summary: 'The public keys that the codes of tickets are signed with',
    response: { 200: TicketKeysSchema },
  };
  return async (app) => {
    app.get('/.well-known/ticket-keys.json', { config: { access: 'public' }, schema }, async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return toAnswer(await codes.publicKeys());
    });
  };
}

function toAnswer(keys: readonly PublicKey[]): TicketKeysAnswer {
  return {
    keys: keys.map(({ keyNo, publicKey, signsFrom }, i) => ({
      kid: keyNo,
      alg: 'EdDSA',
      publicKey: Buffer.from(publicKey).toString('base64url'),
      validFrom: toIso(signsFrom),
      validTo: i + 1 < keys.length ? toIso(keys[i + 1]!.signsFrom) : null,
    })),
  };
}
