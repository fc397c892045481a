import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { LegalQuery, LegalText, LegalTexts, NewLegalText } from '../../../contract/legal.ts';
import { OrganizerParams } from '../../../contract/organizers.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { publishLegalText } from '../commands/publish-legal-text.ts';
import type { OrganizerRouteParts } from '../parts.ts';
import { publishLegalTextProblems } from '../refusals.ts';
import { readLegalTexts } from '../store/legal-rows.ts';
import { findPublicOrganizer } from '../store/organizer-rows.ts';
import { actingFor } from './acting.ts';

const tags = ['organisers'];
/** The whole text, whatever letters it has. */
const bodyLimit = 256 * 1024;

/** Imprint, terms and privacy page of an organiser: read by anybody, every version for ever; published by its admins. */
export function legalRoutes(parts: OrganizerRouteParts): FastifyPluginAsyncTypebox {
  const { database } = parts;

  return async (app) => {
    app.get(
      '/api/organizers/:organizer/legal',
      {
        config: { access: 'public', keep: 'shared' },
        schema: {
          tags,
          summary: 'Imprint, terms and privacy page of an organiser',
          description:
            'Those that hold now, one of each kind and language; with kind and version that version, however old.',
          params: OrganizerParams,
          querystring: LegalQuery,
          response: { 200: LegalTexts },
        },
      },
      async (request) => {
        const source = database.as(everybody);
        const organizer = await findPublicOrganizer(source, request.params.organizer);
        if (!organizer) throw new Refused({ code: 'ORGANIZER_NOT_FOUND' });
        return { items: await readLegalTexts(source, organizer.organizerId, request.query) };
      },
    );
    app.post(
      '/api/organizers/:organizer/legal',
      {
        bodyLimit,
        config: { access: 'members', problems: publishLegalTextProblems },
        schema: {
          tags,
          summary: 'Publish the next version of a legal text',
          description:
            'The versions before stay readable. The text that holds already, sent again, makes no new version (200).',
          params: OrganizerParams,
          body: NewLegalText,
          response: { 200: LegalText, 201: LegalText },
        },
      },
      async (request, reply) => {
        const context = await actingFor(parts, request);
        const { published, isNew } = acceptedValue(await publishLegalText(parts, request.body, context));
        return reply.code(isNew ? 201 : 200).send(published);
      },
    );
  };
}
