import type { CommandContext } from '../kernel/context.ts';
import type { Database } from '../platform/postgres/database.ts';
import type { Core } from './core.ts';

export async function loadDemo(_core: Core, _database: Database, _context: CommandContext): Promise<string[]> {
  return [];
}
