import type { Settings } from '../config.ts';

/** What a command may touch besides its arguments. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** From the environment and from the setting flags (`--data-dir`, `--database-url`, …), which every command takes. */
  readonly settings: Settings;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** `args` is what follows the command's name. Answers the exit code: 0 done, 1 refused, 2 wrong usage. */
export type Command = (args: string[], io: CommandIo) => Promise<number>;

/** A command line that makes no sense: one line, then a hint at `--help`; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
