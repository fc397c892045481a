import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';

/** What in a request can say which event it is about. */
const eventNames = ['event', 'reservation', 'ticket', 'booking', 'allocation'] as const;
export type EventName = (typeof eventNames)[number];

/** Where in a request an id stands: `path.id`, `body.eventId`. */
export type FieldOfRequest = `path.${string}` | `body.${string}`;

/**
 * How the event of a request is found, whose ledger it uses: by the id of the event, or of what belongs to it. Where several
 * ways are named, the first that the request has counts, in the order of {@link eventNames}.
 */
export type EventWays = { readonly [Name in EventName]?: FieldOfRequest };

/**
 * What a route says of ledgers (`config: { eventOf }`): a route that can reach one and does not say it does not start. `any`:
 * it is about any number of events, which only its work finds out; it decides by no ledger, but reads what they show or
 * reports to them what has changed. `none`: it uses no ledger.
 */
export type EventOf = EventWays | 'any' | 'none';

/** Looks up events; null, or undefined, where there is none. */
export interface EventLookups {
  reservation(reservationId: string): number | undefined;
  ticket(ticketId: string): Promise<number | null>;
  booking(bookingId: string): Promise<number | null>;
  allocation(allocationId: number): Promise<number | null>;
}

/** The event that a request is about, by what its route says; null: it names none, or its route is about none or any. */
export type EventOfRequest = (
  request: Pick<FastifyRequest, 'params' | 'body'> & {
    readonly routeOptions: { readonly config: { eventOf?: EventOf } };
  },
) => number | null | Promise<number | null>;

/** Answers at once, without a promise, where the request names the event or a reservation; else it looks it up. */
export function createEventOf(find: EventLookups): EventOfRequest {
  return (request) => {
    const { eventOf = 'none' } = request.routeOptions.config;
    if (typeof eventOf === 'string') return null;
    for (const name of eventNames) {
      const field = eventOf[name];
      const id = field === undefined ? undefined : readField(request, field);
      if (id === undefined || id === null) continue;
      if (name === 'event') return Number(id);
      if (name === 'reservation') return find.reservation(String(id)) ?? null;
      if (name === 'allocation') return find.allocation(Number(id));
      return find[name](String(id));
    }
    return null;
  };
}

function readField({ params, body }: Pick<FastifyRequest, 'params' | 'body'>, field: FieldOfRequest): unknown {
  const [from, name] = splitField(field);
  const source = (from === 'path' ? params : body) as Readonly<Record<string, unknown>> | null | undefined;
  return source?.[name];
}

function splitField(field: FieldOfRequest): ['path' | 'body', string] {
  const dot = field.indexOf('.');
  return [field.slice(0, dot) as 'path' | 'body', field.slice(dot + 1)];
}

const mark = 'reachesNoLedger';

/**
 * Routes that can reach no ledger: their slice hands them nothing that does, so they need not say how their event is found.
 * Everybody else's routes say it, or the server does not start.
 */
export function withoutLedgers(routes: FastifyPluginAsync): FastifyPluginAsync {
  return async (app) => {
    app.decorate(mark, true);
    await app.register(routes);
  };
}

/**
 * Why a route may not start: it does not say how its event is found, or names a field that its requests do not have.
 * Undefined: it may.
 */
export function faultOfEventOf(
  app: FastifyInstance,
  { url, config, schema }: { url: string; config?: { eventOf?: EventOf }; schema?: { readonly body?: unknown } },
): string | undefined {
  const { eventOf } = config ?? {};
  if (eventOf === undefined) {
    return app.hasDecorator(mark)
      ? undefined
      : 'does not say how the event is found whose ledger it uses (config.eventOf)';
  }
  if (typeof eventOf === 'string') return undefined;
  const fields = Object.values(eventOf);
  if (fields.length === 0) return 'names no way to its event (config.eventOf)';
  const { properties } = (schema?.body ?? {}) as { readonly properties?: object };
  const missing = fields.find((field) => {
    const [from, name] = splitField(field);
    return from === 'path' ? !url.split('/').includes(`:${name}`) : !(properties && name in properties);
  });
  return missing && `finds its event by ${missing}, which its requests do not have (config.eventOf)`;
}
