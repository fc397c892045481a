import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ChangeMailBody, MailTokenBody, MessageSchema } from '../../../contract/identity.ts';
import { acceptedValue } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { confirmMailChange, requestMailChange } from '../commands/change-mail.ts';
import { changeMailProblems, confirmMailProblems } from '../refusals.ts';
import { accountOf } from './account.ts';
import { answered, type IdentityRoutes } from './auth.ts';

const tags = ['identity'];

/** Another mail address for an account: asked for by whoever is signed in, confirmed by the mail that goes there. */
export function createMailAddressRoutes(parts: IdentityRoutes): FastifyPluginAsyncTypebox {
  const { clock } = parts;
  return async (app) => {
    const asking = {
      tags,
      summary: 'Ask for another mail address',
      description:
        'Wants the password, and a code where there is a second factor. A link goes to the new address and a notice to the one of now; ' +
        'the answer is the same whether the new address has an account or not.',
      body: ChangeMailBody,
      response: { 202: MessageSchema },
    };
    app.post(
      '/api/auth/mail/change',
      { config: { access: 'account', limit: 'login', problems: changeMailProblems }, schema: asking },
      async (request, reply) => {
        const { accountId, loginId } = accountOf(request);
        const input = { ...request.body, accountId, loginId, network: request.network };
        acceptedValue(await answered(requestMailChange(parts, input, contextOf(request, clock.now()))));
        reply.code(202);
        return {
          success: true,
          message: 'Look into the mail of the new address: a link there proves that it is yours.',
        };
      },
    );

    const confirming = {
      tags,
      summary: 'Change the mail address by the token of the mail',
      description:
        'Ends every login of the account; what guests booked under the new address is the account’s from now on.',
      body: MailTokenBody,
      response: { 200: MessageSchema },
    };
    app.post(
      '/api/auth/mail/confirm',
      {
        config: { access: 'public', badBearer: 'ignored', limit: 'login', problems: confirmMailProblems },
        schema: confirming,
      },
      async (request) => {
        const { token } = request.body;
        const { claimed } = acceptedValue(await confirmMailChange(parts, token, contextOf(request, clock.now())));
        const found =
          claimed > 0 ? ` ${claimed} earlier ${claimed === 1 ? 'booking is' : 'bookings are'} yours now.` : '';
        return { success: true, message: `The new address counts. Log in with it.${found}` };
      },
    );
  };
}
