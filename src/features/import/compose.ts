import type { Clock } from '../../platform/clock/clock.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { createRoutes } from './http.ts';
import type { ImportParts } from './parts.ts';

/** Brings in shows that event pages publish (schema.org), and seating plans. */
export function createImport(parts: ImportParts & { readonly clock: Clock }) {
  return { routes: [createRoutes(parts)], jobs: [], consumers: [] } satisfies SliceShape;
}
