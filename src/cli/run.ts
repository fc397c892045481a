import { readSettings } from '../config.ts';
import { Unavailable } from '../platform/postgres/database.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';
import { type CommandEntry, commandLines, commands } from './commands.ts';
import { type CommandIo, UsageError } from './io.ts';
import { takeSettingFlags } from './setting-flags.ts';

const exit = { done: 0, refused: 1, usage: 2 } as const;

/**
 * Runs one command line and answers the exit code. Everything a user can mend is said in one line on stderr, without a
 * stack; bad settings one line each, all together.
 */
export async function runCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  io: Omit<CommandIo, 'settings'>,
): Promise<number> {
  const [first = '--help', ...following] = args;
  if (['--version', '-v', 'version'].includes(first)) return say(io, `${version}\n`);
  const wantsHelp = ['--help', '-h', 'help'].includes(first);
  const name = wantsHelp ? following[0] : first;
  if (name === undefined) return say(io, generalHelp());
  const command = commands.find((entry) => entry.name === name);
  try {
    if (!command) throw new UsageError(`There is no command ${JSON.stringify(name)}.`);
    if (wantsHelp) return await help(command, io);
    if (following.includes('--help') || following.includes('-h')) return await help(command, io);
    return await run(command, following, environment, io);
  } catch (error) {
    return explain(error, command?.name, io);
  }
}

async function run(
  command: CommandEntry,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  io: Omit<CommandIo, 'settings'>,
): Promise<number> {
  const { flags, rest, faults } = takeSettingFlags(args);
  const read = readSettings(environment, flags);
  const unknown = command.name === 'serve' ? rest.map((arg) => `serve does not know ${JSON.stringify(arg)}.`) : [];
  const all = [...unknown, ...faults, ...(read.accepted ? [] : read.refusal)];
  if (all.length > 0 || !read.accepted) throw new UsageError(all.join('\n'));
  const work = await command.load();
  return work(rest, { ...io, settings: read.value });
}

async function help(command: CommandEntry, io: Omit<CommandIo, 'settings'>): Promise<number> {
  if (command.help) return say(io, await command.help());
  // Whoever asks for help is not stopped by a bad setting.
  return run(command, ['--help'], {}, io);
}

function say(io: Omit<CommandIo, 'settings'>, text: string): number {
  io.stdout.write(text);
  return exit.done;
}

function explain(error: unknown, command: string | undefined, io: Omit<CommandIo, 'settings'>): number {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
    const hint = command ? `onsale ${command} --help` : 'onsale --help';
    io.stderr.write(`${message}\nTry: ${hint}\n`);
    return exit.usage;
  }
  const isPlain = error instanceof StartRefused || error instanceof Unavailable;
  io.stderr.write(`${isPlain ? message : ((error as Error).stack ?? String(error))}\n`);
  return exit.refused;
}

function generalHelp(): string {
  return `Onsale ${version} sells tickets: seat maps, fair holds, one payment, no seat sold twice.

onsale COMMAND [ARGUMENT…]        (npm start is onsale serve)

${commandLines()}

onsale COMMAND --help says more; onsale --version prints the version.
Commands work beside a running server, which they find by DATA_DIR (./data), and without one.
`;
}
