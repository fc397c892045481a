import { parseArgs } from 'node:util';
import {
  createAccount,
  disableAccount,
  enableAccount,
  findAccountByAddress,
  grantRole,
  listAccounts,
  makePasswordToken,
  organizerOfSlug,
  type Role,
  roleNamed,
  roles,
  setPlatformOwner,
} from '../features/identity/index.ts';
import { type EndedRights, endAllRights, setRole } from '../features/organizers/index.ts';
import type { CommandContext } from '../kernel/context.ts';
import { uuidv7 } from '../kernel/ids.ts';
import { systemClock } from '../platform/clock/clock.ts';
import type { Queryable } from '../platform/postgres/database.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const userHelp = `onsale user create MAIL [--role ROLE] [--organizer SLUG] [--owner]
    Makes an account and prints, alone on stdout, a token by which its password is set within a day:
    POST /api/auth/password/reset {"token": …, "password": …}. --owner puts it above all organisers.
onsale user role MAIL ROLE [--organizer SLUG]
    Gives a role with an organiser (${roles.join(', ')}), or takes it away: none.
    Keys and open invitations that the account could not have made with it end. A last admin stays.
onsale user password MAIL
    Prints a token by which a new password is set.
onsale user disable MAIL | enable MAIL
    Locks an account out: its logins, its keys and open invitations end within seconds. Or lets it
    in again, without those.
onsale user list [--json]
    Everybody who has a role.

Works beside a running server and without one. Without --organizer: the first organiser (onsale).
`;

type Action = (args: string[], io: CommandIo) => Promise<number>;

/** `onsale user create | role | password | disable | enable | list`. */
export const userCommand: Command = async ([action = '', ...rest], io) => {
  const actions: Record<string, Action> = {
    create,
    role: changeRole,
    password,
    list,
    disable: (args, own) => lock(args, own, true),
    enable: (args, own) => lock(args, own, false),
  };
  const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!run) throw new UsageError(`user needs ${Object.keys(actions).join(', ')}.`);
  return run(rest, io);
};

async function create(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { role: { type: 'string' }, organizer: { type: 'string' }, owner: { type: 'boolean' } },
  });
  const [email] = take(positionals, ['MAIL']);
  const role = values.role === undefined ? null : toRole(values.role);
  const token = await inTransaction(io, async (tx) => {
    const context = await contextOf(tx, values.organizer);
    const made = await createAccount(tx, { email, name: null }, context);
    if (!made.accepted) throw refused(made.refusal.code, email);
    if (role) await grantRole(tx, { accountId: made.value, role }, context);
    if (values.owner) await setPlatformOwner(tx, made.value, true, context);
    return makePasswordToken(tx, made.value, context);
  });
  io.stdout.write(`${token}\n`);
  io.stderr.write(`Made the account ${email}. The token sets its password, once, within a day.\n`);
  return 0;
}

async function changeRole(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { organizer: { type: 'string' } },
  });
  const [email, word] = take(positionals, ['MAIL', 'ROLE']);
  const role = word === 'none' ? null : toRole(word);
  const decided = await withDatabase(io.settings, async (database) => {
    const { bypassingRls } = database;
    const accountId = await accountOf(bypassingRls, email);
    return setRole({ database }, { accountId, role }, await contextOf(bypassingRls, values.organizer));
  });
  if (!decided.accepted) {
    // Whoever has no role has none any more.
    if (decided.refusal.code !== 'MEMBER_NOT_FOUND') throw refused(decided.refusal.code, email);
  } else {
    reportEnded(io, decided.value);
  }
  io.stdout.write(`${email}: ${word}\n`);
  return 0;
}

async function password(args: string[], io: CommandIo): Promise<number> {
  const [email] = take(args, ['MAIL']);
  const token = await inTransaction(io, async (tx) =>
    makePasswordToken(tx, await accountOf(tx, email), await contextOf(tx)),
  );
  io.stdout.write(`${token}\n`);
  return 0;
}

async function lock(args: string[], io: CommandIo, isDisabled: boolean): Promise<number> {
  const [email] = take(args, ['MAIL']);
  await withDatabase(io.settings, async ({ bypassingRls }) => {
    // Running servers follow by themselves.
    const parts = { bypassingRls, endAllRights, changes: { poll: async () => {} } };
    const accountId = await accountOf(bypassingRls, email);
    const context = await contextOf(bypassingRls);
    if (!isDisabled) return void (await enableAccount(parts, accountId, context));
    const ended = await disableAccount(parts, accountId, context);
    if (!ended) return;
    reportEnded(io, ended);
    for (const slug of ended.withoutAdmin) {
      io.stderr.write(`${slug} has no admin now: onsale user role MAIL admin --organizer ${slug}\n`);
    }
  });
  io.stdout.write(`${email}: ${isDisabled ? 'locked out' : 'may log in'}\n`);
  return 0;
}

async function list(args: string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const accounts = await withDatabase(io.settings, ({ bypassingRls }) => listAccounts(bypassingRls));
  const lines = accounts.map(({ email, platformOwner, disabledAt, roles: held }) =>
    [email, platformOwner ? 'owner' : '', ...held, disabledAt ? '(locked out)' : ''].filter(Boolean).join('  '),
  );
  io.stdout.write(values.json ? `${JSON.stringify(accounts, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function reportEnded(io: CommandIo, { keys, invitations }: EndedRights): void {
  for (const { name, apiKeyId } of keys)
    io.stderr.write(`Revoked with it: the key ${JSON.stringify(name)} (${apiKeyId})\n`);
  for (const invited of invitations) io.stderr.write(`Revoked with it: the invitation of ${invited.email}\n`);
}

function inTransaction<T>(io: CommandIo, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return withDatabase(io.settings, ({ bypassingRls }) => bypassingRls.transaction(work));
}

async function accountOf(bypassingRls: Queryable, email: string): Promise<string> {
  const accountId = await findAccountByAddress(bypassingRls, email);
  if (accountId === null) throw refused('ACCOUNT_UNKNOWN', email);
  return accountId;
}

async function contextOf(bypassingRls: Queryable, slug = 'onsale'): Promise<CommandContext> {
  const organizerId = await organizerOfSlug(bypassingRls, slug);
  if (organizerId === null) throw new StartRefused(`There is no organiser ${JSON.stringify(slug)}.`);
  const now = systemClock.now();
  return { actor: 'system', correlationId: uuidv7(now), now, organizerId };
}

function take<const Names extends readonly string[]>(passed: readonly string[], names: Names) {
  if (passed.length !== names.length) throw new UsageError(`user needs ${names.join(' and ')} here.`);
  return passed as unknown as { readonly [Index in keyof Names]: string };
}

function toRole(word: string): Role {
  const role = roleNamed(word);
  if (role) return role;
  throw new UsageError(`There is no role ${JSON.stringify(word)}; there are ${roles.join(', ')}.`);
}

function refused(code: string, email: string): StartRefused {
  const sentences: Record<string, string> = {
    MAIL_INVALID: 'is no mail address that an account can have',
    ACCOUNT_EXISTS: 'has an account; onsale user role gives it a role',
    ACCOUNT_UNKNOWN: 'has no account',
    LAST_ADMIN: 'is the last admin; make somebody else one first (onsale user disable locks out all the same)',
  };
  return new StartRefused(`${JSON.stringify(email)} ${sentences[code]}.`);
}
