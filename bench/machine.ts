import { execFile } from 'node:child_process';
import { cpus, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

/** Where a result was measured: a figure without this means nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly postgres?: string;
}

export async function describeMachine(postgres?: string): Promise<Machine> {
  const run = promisify(execFile);
  const commit = await run('git', ['rev-parse', '--short', 'HEAD']).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${process.arch}`,
    node: process.version,
    commit,
    ...(postgres && { postgres: `PostgreSQL ${postgres}` }),
  };
}
