import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, SerialId } from '../../../contract/common.ts';
import {
  BestSeatsBody,
  type ProposalAnswer,
  ProposalSchema,
  QuoteBody,
  type QuoteRequest,
} from '../../../contract/inventory.ts';
import { customerOf } from '../../../platform/http/customer.ts';
import { acceptedValue } from '../../../platform/http/refused.ts';
import { staffOf } from '../../../platform/http/request.ts';
import type { CodeGuesses } from '../commands/code-guesses.ts';
import type { ProposePlaces } from '../queries/propose-places.ts';
import { proposalProblems } from '../refusals.ts';
import { networkCounted } from './network-counted.ts';

/** What could be held, and what it would cost: nothing is taken. */
export function createProposalRoutes(parts: {
  readonly proposePlaces: ProposePlaces;
  readonly codeGuesses: CodeGuesses;
}): FastifyPluginAsyncTypebox {
  const { proposePlaces, codeGuesses } = parts;
  const config = {
    access: 'public',
    staff: ['tickets', 'payments'],
    eventOf: { event: 'path.id' },
    ids: { id: 'event' },
    problems: proposalProblems,
  } as const;
  const common = {
    tags: ['reservations'],
    params: Type.Object({ id: SerialId() }, closed),
    response: { 200: ProposalSchema },
  };

  async function propose(request: FastifyRequest, eventId: number, asked: QuoteRequest): Promise<ProposalAnswer> {
    const { customer, account } = customerOf(request);
    const network = networkCounted(request);
    const trustedBy = staffOf(request.caller, 'tickets') ?? staffOf(request.caller, 'payments');
    const work = () => proposePlaces({ eventId, customer, account, network, trustedBy, request: asked });
    if ((asked.promoCode ?? asked.accessCode) === undefined) return acceptedValue(await work());
    const guesser = { customer: account ?? request.sessionId, network: request.network };
    return acceptedValue(await codeGuesses.during(guesser, work));
  }

  return async (app) => {
    app.post(
      '/api/events/:id/best-seats',
      {
        config,
        schema: {
          ...common,
          summary: 'The best free places, without holding them',
          description:
            'What a hold of the same would choose at this moment, at its price. Hold seats by their `ticketIds`; places of ' +
            'general admission by `quantity` or `items`, for others are proposed the same ones.',
          body: BestSeatsBody,
        },
      },
      (request) => propose(request, request.params.id, request.body),
    );
    app.post(
      '/api/events/:id/quote',
      {
        config,
        schema: {
          ...common,
          summary: 'What these tickets would cost, and which of them are free, without holding them',
          description:
            'Refused as a hold of the same would be. With `partial` it answers those that are free: also after a hold has expired.',
          body: QuoteBody,
        },
      },
      (request) => propose(request, request.params.id, request.body),
    );
  };
}
