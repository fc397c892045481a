import type { FastifyInstance } from 'fastify';
import {
  type RequestName,
  requests,
  type ServiceEventName,
  type ServicePayload,
} from '../../contract/service-messages.ts';
import type { Identify } from '../../features/identity/index.ts';
import { eventOfReservation } from '../../features/inventory/index.ts';
import { hasRight } from '../../platform/http/request.ts';
import type { Reply } from '../../platform/messages/answered-requests.ts';
import { Undeliverable } from '../../platform/messages/message-bus.ts';
import {
  NotYet,
  type RequestOutcome,
  type RequestServer,
  type ServiceRequest,
} from '../../platform/messages/request-deliveries.ts';
import { Unavailable } from '../../platform/postgres/database.ts';

/** Sends a request to a route of this process, as if it had come in. */
export type Inject = Pick<FastifyInstance, 'inject'>['inject'];

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a message is a request of the API, and its answer a message. */
interface Translation {
  readonly method: 'POST' | 'DELETE';
  path(payload: Fields): string;
  /** Whether the payload is the body. */
  readonly hasBody: boolean;
  done(payload: Fields, body: Fields): Reply | null;
  /** Null: whoever is refused is not answered. */
  refused(payload: Fields, refusal: { readonly code: string; readonly detail: string }): Reply | null;
  /** Refusals that say that what is asked for is so already. */
  readonly isSoAlready?: (code: string) => boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: checked by the schemas of the messages and of the routes
type Fields = any;

const bearerPattern = /^Bearer ([\x21-\x7e]{1,2048})$/i;
const say = <Name extends ServiceEventName>(topic: Name, payload: ServicePayload<Name>): Reply => ({ topic, payload });
const idsOf = (tickets: readonly { ticketId: string }[]) => tickets.map(({ ticketId }) => ticketId);
const reservationPath = ({ reservationId }: Fields) => `/api/tickets/reservation/${reservationId}`;

const translations: Record<RequestName, Translation> = {
  EventPublishedEvent: {
    method: 'POST',
    path: ({ eventId }) => `/api/events/${eventId}/publish`,
    hasBody: false,
    done: () => null,
    refused: () => null,
  },
  HoldTicketsRequest: {
    method: 'POST',
    path: () => '/api/tickets/reserve',
    hasBody: true,
    done: (_, { eventId, reservationId, partial, quantity, tickets, totalPrice, currency, expiresAt }) =>
      say('TicketHeldEvent', {
        eventId,
        reservationId,
        partial,
        quantity,
        tickets,
        totalPrice,
        currency,
        expiresAt,
      }),
    refused: ({ eventId }, refusal) => say('TicketHoldFailedEvent', { eventId, ...refusal }),
  },
  ReserveTicketsRequest: {
    method: 'POST',
    path: (payload) => `${reservationPath(payload)}/renew`,
    hasBody: false,
    done: ({ reservationId }, { eventId, tickets, expiresAt }) =>
      say('TicketReservedEvent', { eventId, reservationId, ticketIds: idsOf(tickets), bookingId: null, expiresAt }),
    refused: ({ reservationId }, refusal) => say('TicketReservationFailedEvent', { reservationId, ...refusal }),
    isSoAlready: (code) => code === 'ALREADY_RENEWED',
  },
  SellTicketsRequest: {
    method: 'POST',
    path: () => '/api/tickets/purchase',
    hasBody: true,
    done: ({ reservationId }, { bookingId, transactionId, tickets, totalPrice, currency }) =>
      say('TicketSoldEvent', {
        eventId: eventOfReservation(reservationId) ?? 0,
        reservationId,
        bookingId,
        transactionId,
        tickets: tickets.map(({ ticketId, ticketNumber }: Fields) => ({ ticketId, ticketNumber })),
        totalPrice,
        currency,
      }),
    refused: ({ reservationId }, refusal) => say('TicketSaleFailedEvent', { reservationId, ...refusal }),
  },
  ReleaseTicketsRequest: {
    method: 'DELETE',
    path: reservationPath,
    hasBody: false,
    done: ({ reservationId }) => say('TicketReleasedEvent', { reservationId }),
    refused: ({ reservationId }, refusal) => say('TicketReleaseFailedEvent', { reservationId, ...refusal }),
    // Nothing is held, which is what was asked for.
    isSoAlready: (code) => code === 'RESERVATION_UNKNOWN' || code === 'RESERVATION_EXPIRED',
  },
};

/**
 * Answers requests of other services by the routes of the API: the same keys, scopes, limits, commands and hops to the owner of the event. What changes
 * something carries the message's id as its Idempotency-Key.
 */
export function createRequestServer(
  name: string,
  topics: readonly RequestName[],
  { inject, identify }: { readonly inject: Inject; readonly identify: Identify },
): RequestServer {
  /** Refuses a key that is wrong, or that may not do this for any organiser: a route does not say so of what the key cannot see. */
  async function checkKey({ authorization = '', topic }: ServiceRequest): Promise<void> {
    const bearer = bearerPattern.exec(authorization)?.[1];
    if (bearer === undefined) throw new Undeliverable('NOT_ALLOWED', 'It carries no API key.');
    const identified = await identify(bearer, undefined);
    if (!identified.accepted)
      throw new Undeliverable('NOT_ALLOWED', `Its API key does not do: ${identified.refusal.code}.`);
    const { scopes } = requests[topic as RequestName];
    if (scopes.length > 0 && !scopes.some((scope) => hasRight(identified.value, scope)))
      throw new Undeliverable('NOT_ALLOWED', `Its API key lacks the scope ${scopes.join(' or ')}.`);
  }

  async function ask(
    { messageId, correlationId, authorization = '' }: ServiceRequest,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ): Promise<Answer> {
    const answer = await inject({
      method,
      url,
      headers: {
        authorization,
        'idempotency-key': messageId,
        ...(correlationId !== undefined && { 'x-request-id': correlationId }),
      },
      ...(payload && { payload }),
    });
    const { statusCode: status } = answer;
    const body = answer.body === '' ? {} : answer.json();
    const said = `${body.code ?? status}`;
    if (status === 401 || status === 403) throw new Undeliverable('NOT_ALLOWED', `Its API key does not do: ${said}.`);
    if (body.code === 'VALIDATION_FAILED' || status === 413)
      throw new Undeliverable('SCHEMA', `It breaks its schema: ${body.detail ?? said}`);
    // Nobody knows yet, or too much is asked at once: the same request again says more.
    if (status === 202 || status === 429 || status === 503 || body.code === 'IDEMPOTENCY_IN_FLIGHT')
      throw new Unavailable(`The API answered ${said}`);
    if (status >= 500) throw new Error(`The API answered ${said}`);
    return { status, body };
  }

  async function answer(request: ServiceRequest): Promise<RequestOutcome> {
    await checkKey(request);
    const topic = request.topic as RequestName;
    const translation = translations[topic];
    const payload: Fields = request.payload;
    const path = translation.path(payload);
    const { status, body } = await ask(request, translation.method, path, translation.hasBody ? payload : undefined);
    if (status < 300) return { reply: translation.done(payload, body) };
    const code = String(body.code);
    if (translation.isSoAlready?.(code)) {
      // Asked again after it was done, or by another way: as it is now is the answer.
      if (translation.method === 'DELETE') return { reply: translation.done(payload, {}) };
      const now = await ask(request, 'GET', reservationPath(payload));
      if (now.status < 300) return { reply: translation.done(payload, now.body) };
    }
    const refusal = { code, detail: String(body.detail ?? body.title ?? code) };
    const outcome: RequestOutcome = { reply: translation.refused(payload, refusal) };
    if (code === 'EVENT_NOT_FOUND')
      return { ...outcome, setAside: new Undeliverable('EVENT_UNKNOWN', 'There is no such event.') };
    if (code === 'RESERVATION_IN_PAYMENT' || code === 'VERSION_CONFLICT') throw new NotYet(code, outcome);
    if (outcome.reply === null) throw new Undeliverable(code, refusal.detail);
    return outcome;
  }

  return { name, topics, hasReply: (topic) => requests[topic as RequestName].replies.length > 0, answer };
}
