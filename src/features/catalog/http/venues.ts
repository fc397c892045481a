import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Deleted, ListQuery } from '../../../contract/catalog.ts';
import { SerialId } from '../../../contract/common.ts';
import { EditHeaders } from '../../../contract/if-match.ts';
import type { ProblemCode } from '../../../contract/problems.ts';
import { NewVenue, Venue, VenueChange, VenuePage } from '../../../contract/show-parts.ts';
import { readVersionCheck } from '../../../platform/http/if-match.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import type { PublicReading } from '../../../platform/postgres/read-replica.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { createVenue } from '../commands/create-venue.ts';
import { deleteVenue } from '../commands/delete-venue.ts';
import { updateVenue } from '../commands/update-venue.ts';
import { findVenue, listVenues } from '../queries/read-venues.ts';
import { createVenueProblems, deleteVenueProblems, updateVenueProblems } from '../refusals.ts';
import { toDeleted } from './events.ts';
import type { RouteParts } from './route-parts.ts';
import { readingFor, tagged } from './route-parts.ts';

const ids = { venueId: 'venue' } as const;
const tags = ['venues'];
const params = Type.Object({ venueId: SerialId() });

/** The routes of venues: read by anybody, changed with a key for the catalogue. */
export function venueRoutes(parts: RouteParts): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const readBy = readingFor(parts);
  const staff = (problems: readonly ProblemCode[]) => ({
    config: { access: 'catalog', eventOf: 'any', ids, problems } as const,
  });
  const open = { config: { access: 'public', keep: 'shared', eventOf: 'none', ids } } as const;

  async function show(venueId: number, from: PublicReading = database) {
    const found = await findVenue(from.as(everybody), venueId);
    if (!found) throw new Refused({ code: 'VENUE_NOT_FOUND' });
    return found;
  }

  return async (app) => {
    app.get(
      '/api/venues',
      {
        ...open,
        schema: { tags, summary: 'List venues', querystring: ListQuery, response: { 200: VenuePage } },
      },
      async (request) => listVenues(readBy(request.caller).as(everybody), { limit: 20, ...request.query }),
    );
    app.get(
      '/api/venues/:venueId',
      { ...open, schema: { tags, summary: 'Read a venue', params, response: { 200: Venue } } },
      async (request, reply) => tagged(reply, await show(request.params.venueId, readBy(request.caller))),
    );
    app.post(
      '/api/venues',
      {
        ...staff(createVenueProblems),
        schema: { tags, summary: 'Make a venue', body: NewVenue, response: { 201: Venue } },
      },
      async (request, reply) => {
        const context = contextOf(request, clock.now());
        const venueId = acceptedValue(await createVenue(parts, request.body, context)).venueId;
        return reply
          .code(201)
          .header('location', `/api/venues/${venueId}`)
          .send(await show(venueId));
      },
    );
    app.put(
      '/api/venues/:venueId',
      {
        ...staff(updateVenueProblems),
        schema: {
          tags,
          summary: 'Change a venue; what is absent stays',
          params,
          headers: EditHeaders,
          body: VenueChange,
          response: { 200: Venue },
        },
      },
      async (request, reply) => {
        const { venueId } = request.params;
        const context = contextOf(request, clock.now());
        const { name, address, city, region, postalCode, country, latitude, longitude, timeZone } = request.body;
        const input = { name, address, city, region, postalCode, country, latitude, longitude, timeZone };
        acceptedValue(await updateVenue(parts, venueId, input, context, readVersionCheck(request.headers['if-match'])));
        return tagged(reply, await show(venueId));
      },
    );
    app.delete(
      '/api/venues/:venueId',
      {
        ...staff(deleteVenueProblems),
        schema: { tags, summary: 'Remove a venue that nothing uses', params, response: { 200: Deleted } },
      },
      async (request) => {
        acceptedValue(await deleteVenue(parts, request.params.venueId, contextOf(request, clock.now())));
        return toDeleted(true, 'venue');
      },
    );
  };
}
