import { randomBytes } from 'node:crypto';
import { type ConnectionSettings, openDatabase } from '../../src/platform/postgres/database.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { inDatabase } from './database-name.ts';

/** A migrated database that test files copy theirs from: migrating each anew would cost every file half a second. */
export async function makeTemplate(admin: ConnectionSettings): Promise<{ name: string; remove(): Promise<void> }> {
  const name = `template_${randomBytes(6).toString('hex')}`;
  const { bypassingRls: owner, close } = openDatabase(admin, 1);
  await owner.query(`CREATE DATABASE ${name}`);
  const database = openDatabase(inDatabase(admin, name), 1);
  await migrate(database.bypassingRls);
  await database.close();
  return {
    name,
    async remove() {
      await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await close();
    },
  };
}
