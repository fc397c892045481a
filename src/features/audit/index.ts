import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { createAuditRoutes } from './http.ts';

/** The history read as an audit log. It is written by whoever changes something, in the same commit. */
export function createAudit(parts: { readonly database: WalledDatabase }) {
  return { routes: [createAuditRoutes(parts)] };
}
