import type { Command } from './io.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** What `onsale NAME --help` prints. Commands without it answer `--help` themselves. */
  readonly help?: () => Promise<string>;
  /** Loaded only when it is called: `onsale --help` should not wait for the whole server. */
  readonly load: () => Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'Sell: start the server, and with it a private PostgreSQL unless DATABASE_URL is set.',
    help: async () => (await import('./serve-help.ts')).serveHelp(),
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'status',
    summary: 'Show which processes serve, as what, and who decides about which events.',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'migrate',
    summary: 'Bring the schema of the database up to date, and end.',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  {
    name: 'restart',
    summary: 'Replace the worker processes of a running server one after the other, without a request that fails.',
    help: async () => (await import('./restart.ts')).restartHelp,
    load: async () => (await import('./restart.ts')).restartCommand,
  },
  {
    name: 'import',
    summary: 'Bring shows (schema.org JSON-LD, saved pages) and seating plans in.',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'simulate',
    summary: 'Rehearse an on-sale with thousands of buyers and bots, and draw a report.',
    load: async () => (await import('./simulate.ts')).simulateCommand,
  },
  {
    name: 'verify',
    summary: 'Check that every promise about tickets and money holds in the data.',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'rebuild',
    summary: 'Rebuild bookings, counters and search from the history.',
    help: async () => (await import('./rebuild.ts')).rebuildHelp,
    load: async () => (await import('./rebuild.ts')).rebuildCommand,
  },
  {
    name: 'backup',
    summary: 'Take a backup, beside a running server too, or list those there are.',
    help: async () => (await import('./backup.ts')).backupHelp,
    load: async () => (await import('./backup.ts')).backupCommand,
  },
  {
    name: 'restore',
    summary: 'Restore a backup into an empty place, and verify it.',
    help: async () => (await import('./restore.ts')).restoreHelp,
    load: async () => (await import('./restore.ts')).restoreCommand,
  },
  {
    name: 'search',
    summary: 'Make the index of the search engine anew, beside the one that is searched.',
    help: async () => (await import('./search.ts')).searchHelp,
    load: async () => (await import('./search.ts')).searchCommand,
  },
  {
    name: 'messages',
    summary: 'List messages that nobody could handle, and send them again.',
    help: async () => (await import('./messages.ts')).messagesHelp,
    load: async () => (await import('./messages.ts')).messagesCommand,
  },
  {
    name: 'key',
    summary: 'Create, list and revoke API keys.',
    help: async () => (await import('./key.ts')).keyHelp,
    load: async () => (await import('./key.ts')).keyCommand,
  },
  {
    name: 'keys',
    summary:
      'Rotate the keys that sign access tokens, and those that sign the codes of tickets; nobody is logged out, no ticket is void.',
    help: async () => (await import('./keys.ts')).keysHelp,
    load: async () => (await import('./keys.ts')).keysCommand,
  },
  {
    name: 'user',
    summary: 'Make accounts for staff, give them roles, lock them out.',
    help: async () => (await import('./user.ts')).userHelp,
    load: async () => (await import('./user.ts')).userCommand,
  },
  {
    name: 'secret',
    summary: 'Rotate the secrets that sign transaction ids and the links of orders.',
    help: async () => (await import('./secret.ts')).secretHelp,
    load: async () => (await import('./secret.ts')).secretCommand,
  },
];

/** The table of commands, as `onsale --help` and the README show it. */
export function commandLines(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n');
}
