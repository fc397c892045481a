import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, Formed, SerialId } from '../../../contract/common.ts';
import { SeatMapSchema } from '../../../contract/seat-map.ts';
import { type PreparedPages, preparePage, sendPage, withPacked } from '../../../platform/http/prepared-pages.ts';
import { toJsonBytes } from '../../../platform/http/ready-answer.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { LoadGeometry } from '../queries/load-geometry.ts';
import { readSeatMap } from '../queries/seat-map.ts';

/** A seat map's address names its content, so whoever has it never needs to ask again. */
const forEver = 'public, max-age=31536000, immutable';

export function createSeatMapRoutes(parts: {
  readonly database: TenantDatabase;
  readonly loadGeometry: LoadGeometry;
  readonly pages: PreparedPages;
}): FastifyPluginAsyncTypebox {
  const { database, loadGeometry, pages } = parts;
  const contentHash = Formed('^[0-9a-f]{64}$', 'must be the 64 letters and digits of a seat map');
  const schema = {
    tags: ['catalogue'],
    summary: 'Where the seats of a plan are; never changes under one address',
    params: Type.Object({ id: SerialId(), contentHash }, closed),
    response: { 200: SeatMapSchema },
  };
  const config = { access: 'public', ids: { id: null, contentHash: null }, problems: ['SEAT_MAP_UNKNOWN'] } as const;
  return async (app) => {
    app.get('/api/seat-maps/:id/:contentHash', { config, schema }, async (request, reply) => {
      const { id, contentHash } = request.params;
      // Who knows the hash of the content may see it: it stands in the pages of announced events only.
      const map = await readSeatMap(database.bypassingRls, loadGeometry, { seatingPlanId: id, contentHash });
      if (!map) throw new Refused({ code: 'SEAT_MAP_UNKNOWN' });
      const page = withPacked(preparePage(toJsonBytes(map), forEver, contentHash));
      pages.serve(`/api/seat-maps/${id}/${contentHash}`, { current: () => page });
      return sendPage(request, reply, page);
    });
  };
}
