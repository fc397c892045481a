import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupRefused } from './backup-refused.ts';
import type { Content } from './backup-store.ts';

/** The programs of PostgreSQL that Onsale does not bring along. */
export type PostgresProgram = 'pg_dump' | 'pg_restore';

/** What a program writes. Throws `BackupRefused` at its end if the program failed. */
export async function* readProgram(name: PostgresProgram, url: string, args: readonly string[]): Content {
  const program = start(name, url, args);
  program.child.stdin.end();
  try {
    yield* program.child.stdout;
    await program.ended;
  } finally {
    program.child.kill();
  }
}

/** Has a program read a content to its end. Throws `BackupRefused` if the program failed, else what the content threw. */
export async function feedProgram(
  name: PostgresProgram,
  url: string,
  args: readonly string[],
  content: Content,
): Promise<void> {
  const program = start(name, url, args);
  program.child.stdout.resume();
  const feeding = pipeline(Readable.from(content, { objectMode: false }), program.child.stdin);
  // A program that has what it needs, or that failed, need not read on; what it says counts.
  feeding.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') program.child.kill();
  });
  await program.ended;
}

function start(name: PostgresProgram, address: string, args: readonly string[]) {
  const url = new URL(address);
  const password = decodeURIComponent(url.password);
  // Not among the arguments, which everybody on the machine can see.
  url.password = '';
  const child = spawn(name, [...args, '--no-password', `--dbname=${url.href}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', PGAPPNAME: 'onsale', ...(password !== '' && { PGPASSWORD: password }) },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-10_000);
  });
  // Rejects with what kept it from starting, too.
  const ended = once(child, 'close').then(
    ([code]) => {
      if (code !== 0) throw new BackupRefused(`${name}: ${sentenceOf(said)}`);
    },
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new BackupRefused(
        `${name} is not there. Install the client programs of PostgreSQL (Debian: postgresql-client), as new as the server or newer.`,
      );
    },
  );
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  return { child, ended };
}

/** The first fault that a program names, in one line. */
function sentenceOf(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const fault = lines.find((line) => /error|fatal|aborting/i.test(line)) ?? lines.at(-1) ?? 'it failed';
  return fault.replace(/^pg_(dump|restore): /, '').replace(/^error: /, '');
}
