import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { ImportCatalog, ImportSeating } from './ports.ts';

/** What the import works with. */
export interface ImportParts {
  readonly database: TenantDatabase;
  readonly catalog: ImportCatalog;
  readonly seating: ImportSeating;
}
