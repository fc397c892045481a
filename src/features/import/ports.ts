import type { createCatalog } from '../catalog/index.ts';
import type { Seating } from '../seating/index.ts';

/** The catalogue's own commands, so that every rule of theirs holds here. */
export type ImportCatalog = Pick<ReturnType<typeof createCatalog>, 'commands'>;

/** The seating plans' own commands and queries. */
export type ImportSeating = Pick<Seating, 'importPlan' | 'loadGeometry' | 'findPlan' | 'findPlansByName'>;
