import type { FastifyInstance } from 'fastify';
import { createRequestServer } from '../edges/messages/answer-requests.ts';
import type { Platform } from './platform.ts';
import type { Slices } from './slices.ts';

/**
 * Lets this process answer requests of other services by its own routes: about tickets where it has the role `booking`, about events where it has
 * `catalog`. Does nothing where there is no RabbitMQ. Called before the messages are started.
 */
export function serveRequests(
  { rabbitMq, roles }: Pick<Platform, 'rabbitMq' | 'roles'>,
  { identity }: Pick<Slices, 'identity'>,
  http: FastifyInstance,
): void {
  if (!rabbitMq) return;
  const by = { inject: http.inject.bind(http), identify: identity.identify };
  const tickets = createRequestServer(
    'ticket-requests',
    ['HoldTicketsRequest', 'ReserveTicketsRequest', 'SellTicketsRequest', 'ReleaseTicketsRequest'],
    by,
  );
  const events = createRequestServer('event-requests', ['EventPublishedEvent'], by);
  const here = [...(roles.includes('booking') ? [tickets] : []), ...(roles.includes('catalog') ? [events] : [])];
  rabbitMq.serve([tickets, events], here);
}
