import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, OneLine, OneOf } from '../../../contract/common.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import { type HtmlPage, htmlPage } from '../../../platform/http/html-page.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { BankChoice, SandboxBank, SandboxPayment } from '../providers/sandbox-bank.ts';

/** Where the shop's checkout waits for whoever comes back: no other page is ever gone to. */
const WayBack = Type.String({ pattern: '^/pay/RES_[0-9]{14}_[0-9A-Za-z]{8,32}/back$', maxLength: 80 });

/** The page that plays the buyer's bank for cards that ask for it: succeed, fail or cancel. */
export function createSandboxBankRoutes(bank: SandboxBank): FastifyPluginAsyncTypebox {
  const config = {
    access: 'public',
    eventOf: 'any',
    ids: { secret: null, choice: null },
    problems: ['NOT_FOUND'],
  } as const;
  const tags = ['sandbox'];
  const secret = OneLine(100);
  const choice = OneOf(['succeed', 'fail', 'cancel']);
  const querystring = Type.Object({ back: Type.Optional(WayBack) }, closed);

  return async (app) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', (_request, payload, done) => {
      payload.resume();
      done(null, undefined);
    });
    const page = {
      tags,
      summary: 'The play bank’s page',
      params: Type.Object({ secret }, closed),
      querystring,
      hide: true,
    };
    app.get('/sandbox/bank/:secret', { config, schema: page }, async (request, reply) => {
      const payment = await bank.findBySecret(request.params.secret);
      if (!payment) throw new Refused({ code: 'NOT_FOUND' });
      const page = bankPage(payment, request.query.back);
      return reply.headers(page.headers).send(page.html);
    });
    const params = Type.Object({ secret, choice }, closed);
    const choose = { tags, summary: 'What the buyer chose at the play bank', params, querystring, hide: true };
    app.post('/sandbox/bank/:secret/:choice', { config, schema: choose }, async (request, reply) => {
      const payment = await bank.choose(request.params.secret, request.params.choice as BankChoice);
      if (!payment) throw new Refused({ code: 'NOT_FOUND' });
      const { back } = request.query;
      if (back !== undefined) return reply.redirect(back, 303);
      const page = bankPage(payment, back);
      return reply.headers(page.headers).send(page.html);
    });
  };
}

/** Holds no text of strangers: amount and currency are ours, the secret is base64url, the way back an address of the checkout. */
function bankPage(
  { state, failureCode, amountMinor, currency, clientSecret }: SandboxPayment,
  back: string | undefined,
): HtmlPage {
  const query = back === undefined ? '' : `?back=${encodeURIComponent(back)}`;
  const button = (name: BankChoice, text: string) =>
    `<form method="post" action="/sandbox/bank/${clientSecret}/${name}${query}"><button>${text}</button></form>`;
  const amount = `${toDecimal(amountMinor, currency).toFixed(currencyDecimals(currency))} ${currency}`;
  const asks = `<p>Onsale asks for this amount. Is this you?</p>
${button('succeed', 'Confirm the payment')}${button('fail', 'Fail the check')}${button('cancel', 'Cancel')}`;
  const isPaid = failureCode === null && state === 'settled';
  const ended = isPaid ? 'The payment is confirmed' : 'The payment was not made';
  const title = state === 'waiting' ? 'Confirm a payment' : ended;
  const returns = back === undefined ? 'return to your order' : `<a href="${back}">return to your order</a>`;
  const rest = state === 'waiting' ? asks : `<p role="status">You can close this page and ${returns}.</p>`;
  const main = `<h1>${title}</h1>
<p class="code">${amount}</p>${rest}
<p class="quiet">Sandbox bank: it plays your bank, and no money moves.</p>`;
  return htmlPage({ title: `${title} – Sandbox bank`, main });
}
