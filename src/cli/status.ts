import { parseArgs } from 'node:util';
import { everyRole } from '../kernel/process-role.ts';
import { findHolder } from '../platform/data-folder/data-folder.ts';
import { type ClusterStatus, readClusterStatus } from '../platform/ownership/postgres-cluster-status.ts';
import { slotCount } from '../platform/ownership/slots.ts';
import { readSchema, type SchemaState } from '../platform/postgres/migrate.ts';
import { version } from '../version.ts';
import type { Command } from './io.ts';
import { statusText } from './status/status-text.ts';
import { withDatabase } from './with-database.ts';

export const statusHelp = `onsale status [--slots] [--json]

Shows the processes of this Onsale as the database lists them: version, roles, state, how long
their leases last, where others reach them, and how many of the ${slotCount} slots of events each owns.
Changes nothing.

  --slots   Each slot with its owner and fence, too.
  --json    One JSON document, for programs.

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
Exit codes: 0 somebody decides about every event, 1 there are events that nobody decides about.
`;

/** What is to be said of an Onsale and its processes. */
export interface Status extends ClusterStatus {
  readonly version: string;
  readonly schema: SchemaState;
  /** The server that is alone on its private PostgreSQL, by the lock of the data folder: it owns all and is nowhere listed. */
  readonly sole: { readonly pid: number; readonly url: string; readonly roles: readonly string[] } | null;
}

/** `onsale status`. */
export const statusCommand: Command = async (args, { settings, stdout }) => {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(statusHelp);
    return 0;
  }
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false }, slots: { type: 'boolean', default: false } },
  });
  // Asked first: without a server the private PostgreSQL is started for the question.
  const holder = settings.databaseUrl ? undefined : await findHolder(settings.dataDir);
  const status = await withDatabase(
    settings,
    async ({ bypassingRls }): Promise<Status> => {
      const schema = await readSchema(bypassingRls);
      const cluster = await readClusterStatus(bypassingRls);
      const isSole = holder?.url && cluster.processes.length === 0;
      return { version, schema, ...cluster, sole: isSole ? { ...holder, url: holder.url!, roles: everyRole } : null };
    },
    { migrates: false },
  );
  const owned = status.sole ? slotCount : countOwned(status);
  if (values.json) {
    const { slots, ...rest } = status;
    const shown = { ...rest, slots: { all: slotCount, owned, ...(values.slots && { list: slots }) } };
    stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else stdout.write(statusText(status, { owned, withSlots: values.slots, inColour: stdout.isTTY === true }));
  return owned === slotCount ? 0 : 1;
};

/** Slots about whose events somebody decides. */
function countOwned({ processes }: Status): number {
  const deciding = processes.filter(({ state }) => state === 'living' || state === 'leaving');
  return deciding.reduce((sum, { slots }) => sum + slots, 0);
}
