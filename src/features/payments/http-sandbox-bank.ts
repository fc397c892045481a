import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, Text } from '../../contract/common.ts';
import { Refused } from '../../contract/problem.ts';
import { bankPage, bankPagePolicy } from './domain/bank-page.ts';
import type { BankChoice, SandboxBank } from './providers/sandbox-bank.ts';

/** The page that plays the buyer's bank for cards that ask for it: succeed, fail or cancel. */
export function createSandboxBankRoutes(bank: SandboxBank): FastifyPluginAsyncTypebox {
  const config = { access: 'public', ids: { secret: null, choice: null } } as const;
  const tags = ['sandbox'];
  const secret = Text(100);
  const choice = Type.Union([Type.Literal('succeed'), Type.Literal('fail'), Type.Literal('cancel')]);

  return async (app) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, done) => {
      payload.resume();
      done(null, undefined);
    });
    const page = { tags, summary: 'The play bank’s page', params: Type.Object({ secret }, closed), hide: true };
    app.get('/sandbox/bank/:secret', { config, schema: page }, async (request, reply) => {
      const payment = await bank.findBySecret(request.params.secret);
      if (!payment) throw new Refused({ code: 'NOT_FOUND' });
      return reply.headers(pageHeaders).send(bankPage(payment));
    });
    const params = Type.Object({ secret, choice }, closed);
    const choose = { tags, summary: 'What the buyer chose at the play bank', params, hide: true };
    app.post('/sandbox/bank/:secret/:choice', { config, schema: choose }, async (request, reply) => {
      const payment = await bank.choose(request.params.secret, request.params.choice as BankChoice);
      if (!payment) throw new Refused({ code: 'NOT_FOUND' });
      return reply.headers(pageHeaders).send(bankPage(payment));
    });
  };
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': bankPagePolicy,
};
