import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Scope, scopes } from '../contract/rights.ts';
import { createApiKey, keyCacheMs, listApiKeys, organizerOfKey } from '../features/identity/index.ts';
import { revokeKey } from '../features/organizers/index.ts';
import type { CommandContext } from '../kernel/context.ts';
import { isUuid, uuidv7 } from '../kernel/ids.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const keyHelp = `onsale key create NAME --scopes SCOPE[,SCOPE…]
    Makes an API key and prints it alone on stdout: it is shown only now, Onsale keeps a hash.
    Scopes: catalog (shows, venues, plans), tickets (blocks, releases, lists), payments (sales
    paid elsewhere), reports, or * for all.
onsale key list [--json]
    All keys: id, name, scopes, when and by whom made, when revoked.
onsale key revoke ID
    A revoked key is refused from then on, and with it the keys that it made (but what the owner's
    key made for organisers stays).

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
`;

/** `onsale key create | list | revoke`. */
export const keyCommand: Command = async (args, io) => {
  const [action, ...rest] = args;
  if (action === 'create') return create(rest, io);
  if (action === 'list') return list(rest, io);
  if (action === 'revoke') return revoke(rest, io);
  throw new UsageError(action ? `key does not know ${JSON.stringify(action)}.` : 'key needs create, list or revoke.');
};

async function create(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
    },
  });
  const name = (values.name ?? positionals[0] ?? '').trim();
  if (!name || name.length > 100 || positionals.length > (values.name ? 0 : 1)) {
    throw new UsageError(
      'key create needs one name of at most 100 characters: onsale key create "Box office" --scopes tickets',
    );
  }
  const wanted = [...(values.scopes ?? []), ...(values.scope ?? [])]
    .flatMap((list) => list.split(','))
    .map((s) => s.trim());
  const unknown = wanted.filter((scope) => !isScope(scope));
  if (wanted.length === 0) throw new UsageError(`key create needs --scopes: some of ${scopes.join(', ')}.`);
  if (unknown.length > 0)
    throw new UsageError(`There is no scope ${unknown.join(', ')}; there are ${scopes.join(', ')}.`);
  const granted = [...new Set(wanted as Scope[])];
  const { apiKeyId, key } = await withDatabase(io.settings, ({ bypassingRls }) =>
    createApiKey(bypassingRls, { name, scopes: granted, platformOwner: granted.includes('*') }, context()),
  );
  io.stdout.write(`${key}\n`);
  io.stderr.write(
    `Made the key ${JSON.stringify(name)} (${apiKeyId}) for ${granted.join(', ')}. It is shown only now.\n`,
  );
  return 0;
}

async function list(args: string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const keys = await withDatabase(io.settings, ({ bypassingRls }) => listApiKeys(bypassingRls));
  if (values.json) {
    io.stdout.write(`${JSON.stringify(keys, null, 2)}\n`);
    return 0;
  }
  const rows = keys.map((key) => [
    key.apiKeyId,
    key.name,
    key.scopes.join(','),
    day(key.createdAt),
    key.createdBy,
    key.revokedAt ? `revoked ${day(key.revokedAt)}` : '',
  ]);
  io.stdout.write(table([['ID', 'NAME', 'SCOPES', 'MADE', 'BY', ''], ...rows]));
  return 0;
}

async function revoke(args: string[], io: CommandIo): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [id, ...more] = positionals;
  if (!id || more.length > 0 || !isUuid(id)) {
    throw new UsageError('key revoke needs the id of one key, as onsale key list shows it.');
  }
  const revoked = await withDatabase(io.settings, async (database) => {
    const organizerId = await organizerOfKey(database.bypassingRls, id);
    if (organizerId === null) return null;
    const decision = await revokeKey({ database }, id, { ...context(), organizerId });
    return decision.accepted ? decision.value : null;
  });
  if (!revoked || !(revoked.isNew || revoked.made.length > 0)) {
    io.stderr.write(`There is no key ${id}, or it was revoked before.\n`);
    return 1;
  }
  // Running servers remember a good key for a moment: only then is it true.
  await sleep(keyCacheMs);
  io.stdout.write(`Revoked ${id}. It is refused from now on.\n`);
  for (const { apiKeyId, name } of revoked.made) io.stdout.write(`And ${apiKeyId} (${name}), which it made.\n`);
  return 0;
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

function context(): CommandContext {
  const now = systemClock.now();
  return { actor: 'system', correlationId: uuidv7(now), now, organizerId: 1 };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
