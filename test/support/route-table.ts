import type { InjectOptions } from 'fastify';
import type { Right } from '../../src/contract/rights.ts';
import type { Resource, ResourceIds } from '../../src/platform/http/resources.ts';
import type { TestApp } from './app.ts';
import { type BodySchema, sampleBody } from './sample-body.ts';
import { samplePlan } from './sample-plan.ts';

/** A route as the OpenAPI document has it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** `GET /api/events/{eventId}` */
  readonly label: string;
  readonly access: 'public' | 'account' | Right;
  /** On a public route: rights that show staff more. */
  readonly staff: readonly Right[];
  /** What the ids of its address name. */
  readonly ids: ResourceIds;
  readonly query: readonly string[];
  readonly body: BodySchema | undefined;
}

/** Every route that the server has and documents. */
export async function readRoutes({ app }: TestApp): Promise<Route[]> {
  const described = await app.inject('/openapi.json');
  const { paths } = described.json() as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      label: `${method.toUpperCase()} ${path}`,
      access: operation['x-access'],
      staff: operation['x-staff'] ?? [],
      ids: operation['x-ids'] ?? {},
      query: (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name),
      body: Object.values(operation.requestBody?.content ?? {})[0]?.schema,
    })),
  );
}

interface Operation {
  readonly 'x-access': Route['access'];
  readonly 'x-staff'?: readonly Right[];
  readonly 'x-ids'?: ResourceIds;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: BodySchema }> };
}

/** Under which name ids of a resource are known; its own with `Id` if left out. */
const idNames: Partial<Record<Resource, string>> = { ticket: 'soldTicketId', member: 'accountId' };

/** A request of a route about the resources that `ids` names, by what parameters and bodies call them, with the least body. */
export function requestAbout(route: Route, ids: Readonly<Record<string, unknown>>) {
  const url = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const resource = name in route.ids ? route.ids[name]! : name === 'organizer' ? name : undefined;
    if (resource === undefined) throw new Error(`${route.label} does not say what {${name}} names`);
    if (resource === null) return 'unknown';
    const value = resource === 'organizer' ? ids.organizer : ids[idNames[resource] ?? `${resource}Id`];
    if (value === undefined) throw new Error(`${route.label}: nobody has made a ${resource}`);
    return String(value);
  });
  const named = route.query.filter((name) => name in ids).map((name) => `${name}=${ids[name]}`);
  // Where tickets may be named or counted, they are counted.
  const places = route.body?.properties?.ticketTypeId ? { quantity: 1 } : { ticketIds: [ids.ticketId] };
  const isPlan = route.path.startsWith('/api/seating-plans');
  const payload = route.body && (isPlan ? samplePlan() : sampleBody(route.body, { ...ids, ...places }));
  return {
    method: route.method,
    url: named.length === 0 ? url : `${url}?${named.join('&')}`,
    ...(payload !== undefined && { payload }),
  } as InjectOptions & { readonly url: string };
}
