import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, OneLine } from '../../../contract/common.ts';
import { WebhookSchema } from '../../../contract/payments.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { receiveWebhook, type WebhookParts } from '../commands/receive-webhook.ts';

/** Where providers report what happened. The body is checked as it came, byte by byte, before it is read. */
export function createWebhookRoutes(parts: WebhookParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    const schema = {
      tags: ['payments'],
      summary: 'A payment provider reports that something happened',
      params: Type.Object({ provider: OneLine(40) }, closed),
      response: { 200: WebhookSchema },
    };
    const problems = ['PAYMENT_PROVIDER_UNKNOWN', 'WEBHOOK_SIGNATURE_INVALID'] as const;
    const config = { access: 'public', eventOf: 'any', ids: { provider: null }, problems } as const;
    app.post('/api/payments/webhook/:provider', { config, schema }, async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const verdict = await receiveWebhook(parts, request.params.provider, body, request.headers);
      if (verdict === 'unknown_provider') throw new Refused({ code: 'PAYMENT_PROVIDER_UNKNOWN' });
      if (verdict === 'bad_signature') throw new Refused({ code: 'WEBHOOK_SIGNATURE_INVALID' });
      return { received: true };
    });
  };
}
