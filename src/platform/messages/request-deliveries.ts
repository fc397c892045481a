import { hash } from 'node:crypto';
import type { Channel, ConsumeMessage } from 'amqplib';
import { hashRequest } from '../http/idempotency.ts';
import { type AnsweredRequest, findAnswered, noteAnswered, type Reply } from './answered-requests.ts';
import { Undeliverable } from './message-bus.ts';
import { isOurs } from './rabbitmq-names.ts';
import { readDelivery } from './read-delivery.ts';
import { type Outgoing, ownMessage } from './send-confirmed.ts';
import { type Deliveries, type DeliveryParts, isNobodysFault, takeFrom } from './taken-queue.ts';

/** What another service asks for. */
export interface ServiceRequest {
  readonly messageId: string;
  readonly topic: string;
  readonly payload: unknown;
  /** `Bearer` with an API key; undefined: it brought none. */
  readonly authorization: string | undefined;
  readonly correlationId: string | undefined;
}

/** What came of it. */
export interface RequestOutcome {
  /** Null: nothing is said. */
  readonly reply: Reply | null;
  /** It is set aside as well, for an operator: what it asks for is not there. */
  readonly setAside?: Undeliverable;
}

/** Says that something else is under way that may decide a request: it comes again a few times, before it is answered that nothing was done. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly otherwise: RequestOutcome;
  constructor(message: string, otherwise: RequestOutcome) {
    super(message);
    this.otherwise = otherwise;
  }
}

/** Who answers requests of other services. */
export interface RequestServer {
  /** Names its queue, for ever. */
  readonly name: string;
  readonly topics: readonly string[];
  /** Whether a topic is answered: then whoever asks says where to. */
  hasReply(topic: string): boolean;
  /**
   * Does what is asked. Asked again under the same id it must do nothing more and answer the same: a process may die before its answer is noted. Throws
   * {@link Undeliverable} where nobody is to be answered, {@link NotYet}, and Unavailable while something is away.
   */
  answer(request: ServiceRequest): Promise<RequestOutcome>;
}

/** What is in hand at once; each is a request of the API at its owner. */
const prefetchCount = 64;

/**
 * Begins to hand requests to whoever answers them, on a channel of its own. In this order: done, answer noted, answer confirmed by RabbitMQ,
 * request acknowledged. So whoever dies in between, the request comes again, is not done again, and is answered the same.
 */
export async function deliverRequests(
  server: RequestServer,
  channel: Channel,
  parts: DeliveryParts & {
    /** Sends it and waits for the confirm; answers the ids of what no queue wants. Throws Unavailable. */
    readonly send: (outgoing: readonly Outgoing[]) => Promise<ReadonlySet<string>>;
  },
): Promise<Deliveries> {
  const { bypassingRls, clock, retryAfterMs, counts, send } = parts;
  const queue = takeFrom(server, channel, parts);
  const { patience, acknowledge, setAside } = queue;
  const inHand = new Set<Promise<void>>();

  function accept(raw: ConsumeMessage): void {
    const work: Promise<void> = handle(raw, 0)
      // As with other deliveries: by another channel it comes again.
      .catch(() => void channel.close().catch(() => {}))
      .finally(() => inHand.delete(work));
    inHand.add(work);
  }

  async function handle(raw: ConsumeMessage, failures: number): Promise<void> {
    try {
      const request = readRequest(server, raw);
      const isLast = failures === retryAfterMs.length;
      const outcome = await patience.whenThere(() => answerOnce(request, isLast), isNobodysFault);
      if (outcome === null) return;
      const { answered, setAside: why } = outcome;
      const { reply } = answered;
      if (reply) {
        const isSent = await patience.whenThere(async () => {
          const returned = await send([toReply(raw, answered, reply)]);
          if (returned.size > 0) counts.unwanted += 1;
          return true;
        }, isNobodysFault);
        if (!isSent) return;
      }
      if (why) return await setAside(raw, why);
      counts.handled += 1;
      acknowledge(raw);
    } catch (error) {
      const afterMs = retryAfterMs[failures];
      if (error instanceof Undeliverable || afterMs === undefined) return setAside(raw, error);
      counts.retried += 1;
      await patience.pause(afterMs);
      if (!patience.isLeaving) await handle(raw, failures + 1);
    }
  }

  async function answerOnce(
    request: ServiceRequest,
    isLast: boolean,
  ): Promise<{ answered: AnsweredRequest; setAside?: Undeliverable }> {
    const { messageId, topic, payload, authorization } = request;
    const asked = { messageId, requestHash: hashRequest({ topic, payload, authorization }) };
    const before = await findAnswered(bypassingRls, asked);
    if (before) return { answered: before };
    const { reply, setAside: why } = await server.answer(request).catch((error) => {
      if (isLast && error instanceof NotYet) return error.otherwise;
      throw error;
    });
    // What may be there when it is sent again is not noted.
    if (why) return { answered: { ...asked, reply }, setAside: why };
    return { answered: await noteAnswered(bypassingRls, { ...asked, reply }) };
  }

  function toReply(raw: ConsumeMessage, { messageId }: AnsweredRequest, { topic, payload }: Reply): Outgoing {
    const { replyTo, correlationId } = raw.properties;
    const { content, options } = ownMessage(
      { messageId: idFrom(`reply to ${messageId}`), topic, payload },
      clock.now(),
    );
    const headers = { ...options.headers, 'request-id': messageId };
    return { exchange: '', routingKey: String(replyTo), content, options: { ...options, correlationId, headers } };
  }

  return queue.begin(prefetchCount, accept, () => Promise.all(inHand));
}

function readRequest(server: RequestServer, raw: ConsumeMessage): ServiceRequest {
  const { messageId, topic, payload } = readDelivery(server, raw);
  const { replyTo, correlationId, headers = {} } = raw.properties;
  if (server.hasReply(topic)) {
    if (typeof replyTo !== 'string' || replyTo === '')
      throw new Undeliverable('REPLY_TO_MISSING', 'Its property reply_to does not say where the answer goes.');
    if (isOurs(replyTo)) throw new Undeliverable('REPLY_TO_MISSING', 'Its property reply_to names a queue of Onsale.');
    if (typeof correlationId !== 'string' || correlationId === '')
      throw new Undeliverable('CORRELATION_ID_MISSING', 'Its property correlation_id is not set.');
  }
  const { authorization } = headers as { readonly authorization?: unknown };
  return {
    messageId,
    topic,
    payload,
    authorization: typeof authorization === 'string' ? authorization : undefined,
    correlationId: typeof correlationId === 'string' ? correlationId : undefined,
  };
}

/** An id that is the same each time, so that whoever gets a message twice knows it. */
function idFrom(text: string): string {
  const hex = hash('sha256', text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
