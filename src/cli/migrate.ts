import { migrate, readSchema } from '../platform/postgres/migrate.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const migrateHelp = `onsale migrate

Brings the schema of the database up to date and ends. A server does the same when it starts: of
several that start at once, one does it and the others wait. Before a new version is rolled out,
this does it once, while servers of the version before go on: every schema lets them.

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
Exit codes: 0 the schema is up to date, 1 it could not be brought there.
`;

/** `onsale migrate`. */
export const migrateCommand: Command = async (args, { settings, stdout }) => {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(migrateHelp);
    return 0;
  }
  if (args.length > 0) throw new UsageError(`migrate does not know ${JSON.stringify(args[0])}.`);
  const { ran, schema } = await withDatabase(
    settings,
    async ({ bypassingRls }) => ({ ran: await migrate(bypassingRls), schema: await readSchema(bypassingRls) }),
    { migrates: false },
  );
  const done = ran === 0 ? 'Nothing to do' : `${ran} ${ran === 1 ? 'migration' : 'migrations'} ran`;
  stdout.write(`${done}: the schema is at ${schema.newest}.\n`);
  return 0;
};
