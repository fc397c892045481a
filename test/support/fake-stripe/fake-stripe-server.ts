import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { signWebhook } from '../../../src/features/payments/index.ts';
import { FakeBooks, type FakeEvent, type Intent, StripeRefusal, show, type World } from './books.ts';
import { readForm } from './form.ts';

/**
 * What becomes of a request. `lost`: it never arrived. `unheard`: it was carried out, and the answer was lost. `broken`:
 * Stripe answers 500 and did nothing. `limited`: 429.
 */
export type Fault = 'lost' | 'unheard' | 'broken' | 'limited';

export interface FakeStripeServer {
  /** Not listening yet. */
  readonly server: Server;
  readonly webhookSecret: string;
  /** Of the platform's own account. */
  readonly books: FakeBooks;
  /** Of a connected account: what it holds is nowhere else. */
  booksOf(account: string): FakeBooks;
  /** The account's owner takes the platform's rights away. */
  disconnect(account: string): void;
  readonly world: World;
  /** Requests so far, as `POST /v1/payment_intents/pi_…/confirm`. */
  readonly requests: readonly string[];
  /** The next requests that match fail this way; `times` Infinity until {@link heal}. */
  fail(path: RegExp, fault: Fault, times?: number): void;
  heal(): void;
  /** Called when a request has arrived, and again when it was carried out, before it is answered; awaited. */
  onRequest: (line: string, phase: 'arrived' | 'carried out') => Promise<void> | void;
  /** A webhook as Stripe would send it: body and headers. */
  webhookOf(event: FakeEvent, at: number): { readonly body: string; readonly headers: Record<string, string> };
}

interface PlannedFault {
  readonly path: RegExp;
  readonly fault: Fault;
  times: number;
}

interface Question {
  readonly id: string;
  readonly query: URLSearchParams;
  readonly fields: Record<string, unknown>;
}

const routes: Readonly<Record<string, (books: FakeBooks, question: Question) => object>> = {
  'POST payment_intents': (books, { fields }) => books.create(fields),
  'GET payment_intents': (books, { query }) => {
    const gte = Number(query.get('created[gte]') ?? 0);
    const page = books.list(gte, Number(query.get('limit') ?? 10), query.get('starting_after') ?? undefined);
    return { object: 'list', url: '/v1/payment_intents', ...page };
  },
  'GET payment_intents/id': (books, { id }) => show(books.find(id)),
  'POST payment_intents/id/confirm': (books, { id, fields }) => books.confirm(id, String(fields.payment_method ?? '')),
  'POST payment_intents/id/capture': (books, { id }) => books.capture(id),
  'POST payment_intents/id/cancel': (books, { id }) => books.cancel(id),
  'POST refunds': (books, { fields }) => books.refund(fields),
  'GET refunds': (books, { query }) => {
    const of = query.get('payment_intent');
    const data = of === null ? books.refundsSince(Number(query.get('created[gte]') ?? 0)) : books.find(of).refunds;
    const isExpanded = query.get('expand[0]') === 'data.payment_intent';
    const shown = data.map((one) => books.showRefund(one, isExpanded));
    return { object: 'list', url: '/v1/refunds', has_more: false, data: shown };
  },
  'GET disputes': (books, { query }) => {
    const data = books.disputesSince(Number(query.get('created[gte]') ?? 0));
    return { object: 'list', url: '/v1/disputes', has_more: false, data };
  },
  'GET disputes/id': (books, { id }) => books.findDispute(id),
};

/** All that it can be asked. `stripe-requests.test.ts` shows that Stripe knows every one of them. */
export const fakeStripeRoutes: readonly string[] = Object.keys(routes);

/** A Stripe with a memory: its API, and the page of the bank that it sends buyers to. */
export function createFakeStripe(now: () => number): FakeStripeServer {
  const world: World = { now, onEvent() {}, bankBase: 'https://bank.example/3ds' };
  const books = new FakeBooks(null, world);
  const connected = new Map<string, FakeBooks>();
  const disconnected = new Set<string>();
  const requests: string[] = [];
  const answered = new Map<string, { params: string; status: number; body: string }>();
  const webhookSecret = 'whsec_test_only';
  let faults: PlannedFault[] = [];

  function faultOf(line: string): Fault | undefined {
    const planned = faults.find(({ path, times }) => times > 0 && path.test(line));
    if (planned) planned.times -= 1;
    return planned?.fault;
  }

  function booksOf(account: string): FakeBooks {
    const known = connected.get(account) ?? new FakeBooks(account, world);
    connected.set(account, known);
    return known;
  }

  function booksFor(account: string | undefined): FakeBooks {
    if (account === undefined) return books;
    if (/^acct_\w+$/.test(account) && !disconnected.has(account)) return booksOf(account);
    throw new StripeRefusal(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: 'The provided key does not have access to this account.',
    });
  }

  function carryOut(method: string, url: URL, fields: Record<string, unknown>, account: string | undefined): object {
    const [, , kind, id = '', verb] = url.pathname.split('/');
    const route = `${method} ${kind}${id && '/id'}${verb ? `/${verb}` : ''}`;
    const handler = routes[route];
    if (!handler) throw new StripeRefusal(404, { type: 'invalid_request_error', message: `No route ${route}` });
    return handler(booksFor(account), { id, query: url.searchParams, fields });
  }

  /** The same idempotency key answers the same again; with other parameters it is refused, as Stripe does. */
  function answer(request: IncomingMessage, text: string): { status: number; body: string } {
    const url = new URL(request.url!, 'http://stripe');
    const account = request.headers['stripe-account'] as string | undefined;
    const keyHeader = request.headers['idempotency-key'];
    // An account has its own keys.
    const key = typeof keyHeader === 'string' ? `${account ?? ''} ${keyHeader}` : undefined;
    const params = `${request.method} ${url.pathname} ${text}`;
    const earlier = key === undefined ? undefined : answered.get(key);
    if (earlier && earlier.params !== params) {
      const error = {
        type: 'idempotency_error',
        message: 'Keys for idempotent requests can only be used with the same parameters.',
      };
      return { status: 400, body: JSON.stringify({ error }) };
    }
    if (earlier) return earlier;
    let result: { status: number; body: string };
    try {
      result = { status: 200, body: JSON.stringify(carryOut(request.method!, url, readForm(text), account)) };
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      result = { status: error.status, body: JSON.stringify({ error: error.error }) };
    }
    if (key !== undefined) answered.set(key, { params, ...result });
    return result;
  }

  /** The bank's page of an intent: shows it, or does what its buttons say. */
  function bank(path: string, response: ServerResponse): void {
    const [, , id = '', choice] = path.split('/');
    const holder = [books, ...connected.values()].find(({ intents }) => intents.has(id));
    const intent = holder?.intents.get(id);
    if (intent?.status === 'requires_action' && choice) holder!.settle(id, choice === 'succeed' ? 'succeed' : 'fail');
    response.writeHead(intent ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(intent ? bankPage(intent) : 'No such payment');
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url!.startsWith('/bank/')) return bank(request.url!, response);
    let text = '';
    for await (const chunk of request) text += chunk;
    const line = `${request.method} ${request.url!.split('?', 1)[0]}`;
    requests.push(line);
    await fake.onRequest(line, 'arrived');
    const fault = faultOf(line);
    if (fault === 'lost') return void request.socket.destroy();
    if (fault === 'broken' || fault === 'limited') {
      const type = fault === 'broken' ? 'api_error' : 'invalid_request_error';
      const status = fault === 'broken' ? 500 : 429;
      response.writeHead(status, { 'content-type': 'application/json' });
      return void response.end(
        JSON.stringify({ error: { type, code: fault === 'limited' ? 'rate_limit' : undefined } }),
      );
    }
    const { status, body } = answer(request, text);
    await fake.onRequest(line, 'carried out');
    if (fault === 'unheard') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': `req_${requests.length}` });
    response.end(body);
  }

  const server = createServer((request, response) => void serve(request, response));
  const fake: FakeStripeServer = {
    onRequest() {},
    server,
    webhookSecret,
    books,
    booksOf,
    disconnect: (account) => void disconnected.add(account),
    world,
    requests,
    fail(path, fault, times = 1) {
      faults.push({ path, fault, times });
    },
    heal() {
      faults = [];
    },
    webhookOf({ id, type, object, account }, at) {
      const about = { id, object: 'event', type, ...(account !== null && { account }) };
      const body = JSON.stringify({ ...about, created: Math.floor(at / 1000), data: { object } });
      return { body, headers: { 'stripe-signature': signWebhook(body, webhookSecret, at) } };
    },
  };
  return fake;
}

function bankPage({ id, status, amount, currency }: Intent): string {
  const button = (choice: string, text: string) =>
    `<form method="post" action="/bank/${id}/${choice}"><button>${text}</button></form>`;
  const asks = `${button('succeed', 'Confirm the payment')}${button('fail', 'Fail the check')}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bank of the fake Stripe</title></head>
<body><h1>${amount} ${currency} (smallest units)</h1>${status === 'requires_action' ? asks : `<p>${status}</p>`}</body></html>
`;
}
