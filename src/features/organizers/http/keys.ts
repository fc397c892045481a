import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  ApiKeyPage,
  ApiKeyParams,
  KeyRevoked,
  MadeApiKey,
  NewApiKey,
  OrganizerParams,
  OrganizersQuery,
} from '../../../contract/organizers.ts';
import { toIso } from '../../../kernel/instant.ts';
import { acceptedValue } from '../../../platform/http/refused.ts';
import { makeKey } from '../commands/make-key.ts';
import { revokeKey } from '../commands/revoke-key.ts';
import type { OrganizerParts } from '../parts.ts';
import { makeKeyProblems, revokeKeyProblems } from '../refusals.ts';
import { type KeyRow, listKeyRows } from '../store/key-rows.ts';
import { actingFor, asPerson } from './acting.ts';
import { pageByUuid, readUuidCursor } from './page-by-uuid.ts';

const tags = ['keys'];

/** The API keys of an organiser, for its admins. A key made here acts for this organiser alone, whatever its scopes. */
export function keyRoutes(parts: OrganizerParts): FastifyPluginAsyncTypebox {
  const { database } = parts;
  const config = { access: 'members', ids: { apiKeyId: 'apiKey' } } as const;
  return async (app) => {
    const list = {
      tags,
      summary: "An organiser's API keys, the newest first",
      params: OrganizerParams,
      querystring: OrganizersQuery,
      response: { 200: ApiKeyPage },
    };
    app.get('/api/organizers/:organizer/keys', { config, schema: list }, async (request) => {
      const context = await actingFor(parts, request);
      const { limit = 20, cursor } = request.query;
      const page = { organizerId: context.organizerId, before: readUuidCursor(cursor), limit: limit + 1 };
      return pageByUuid(await listKeyRows(database.as(context), page), limit, 'apiKeyId', toKey);
    });
    const make = {
      tags,
      summary: 'Make an API key; its text is shown only now',
      description: 'A key makes none with the scope `*`: that takes somebody signed in.',
      params: OrganizerParams,
      body: NewApiKey,
      response: { 201: MadeApiKey },
    };
    app.post(
      '/api/organizers/:organizer/keys',
      { config: { ...config, problems: [...makeKeyProblems, 'ACCOUNT_NEEDED'] }, schema: make },
      async (request, reply) => {
        const context = await actingFor(parts, request);
        const { name, scopes } = request.body;
        if (scopes.includes('*')) asPerson(request);
        const { apiKeyId, key } = acceptedValue(await makeKey(parts, { name, scopes }, context));
        return reply.code(201).send({
          apiKeyId,
          name,
          scopes,
          createdBy: context.actor,
          createdAt: toIso(context.now),
          revokedAt: null,
          key,
        });
      },
    );
    const revoke = {
      tags,
      summary: 'Revoke an API key: within a second it is refused everywhere',
      params: ApiKeyParams,
      description: 'The keys that it made end with it; the answer names them.',
      response: { 200: KeyRevoked },
    };
    app.delete(
      '/api/organizers/:organizer/keys/:apiKeyId',
      { config: { ...config, problems: revokeKeyProblems }, schema: revoke },
      async (request) => {
        const context = await actingFor(parts, request);
        const { isNew, made } = acceptedValue(await revokeKey(parts, request.params.apiKeyId, context));
        const message = isNew ? 'The key is revoked.' : 'The key was revoked before.';
        return { success: true as const, message, revokedKeys: [...made] };
      },
    );
  };
}

function toKey({ createdAt, revokedAt, ...row }: KeyRow) {
  return { ...row, createdAt: toIso(createdAt.getTime()), revokedAt: revokedAt && toIso(revokedAt.getTime()) };
}
