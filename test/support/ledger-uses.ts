import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import type { FastifyRequest } from 'fastify';
import type { EventOf } from '../../src/platform/http/event-of.ts';

/** A request whose handler used a ledger. */
export interface LedgerUser {
  readonly label: string;
  readonly eventOf: EventOf | undefined;
  readonly request: FastifyRequest;
  /** The events whose ledgers it used; null: it looked at all in memory. */
  readonly events: Set<number | null>;
}

const asking = new AsyncLocalStorage<LedgerUser>();
/** Every request of this process that used a ledger, in the order of their first uses. */
export const ledgerUsers: LedgerUser[] = [];

tracingChannel<{ request: FastifyRequest }>('fastify.request.handler').start.bindStore(asking, ((message: unknown) => {
  const { request } = message as { request: FastifyRequest };
  const { method, url, config } = request.routeOptions;
  return { label: `${method} ${url}`, eventOf: config.eventOf, request, events: new Set() };
}) as never);

/**
 * Notes a use of a ledger for the request that is being handled, if one is. Throws for a route that does not say how its
 * event is found: in every API test, whatever it is about.
 */
export function noteLedgerUse(eventId: number | null): void {
  const user = asking.getStore();
  if (!user) return;
  if (user.eventOf === undefined || user.eventOf === 'none') throw new Error(`${user.label} uses a ledger unsaid`);
  if (user.events.size === 0) ledgerUsers.push(user);
  user.events.add(eventId);
}
