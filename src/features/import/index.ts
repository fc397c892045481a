import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Clock } from '../../platform/clock/clock.ts';
import { createRoutes } from './http.ts';
import type { ImportParts } from './ports.ts';

export type { ImportSummary } from './commands/import-document.ts';

/** Brings in shows that event pages publish (schema.org), and seating plans. */
export function createImport(parts: ImportParts & { readonly clock: Clock }): { routes: FastifyPluginAsyncTypebox } {
  return { routes: createRoutes(parts) };
}
