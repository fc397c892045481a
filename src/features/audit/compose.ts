import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { createAuditRoutes } from './http.ts';

/** The history read as an audit log. It is written by whoever changes something, in the same commit. */
export function createAudit(parts: { readonly database: TenantDatabase }) {
  return { routes: [withoutLedgers(createAuditRoutes(parts))], jobs: [], consumers: [] } satisfies SliceShape;
}
