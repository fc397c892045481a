import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** What it answers to the question how it went ({@link answerReport}). */
  report<T>(): Promise<T>;
  stop(): Promise<void>;
}

export type ServerName =
  | 'bare-page'
  | 'bare-echo'
  | 'bare-feed'
  | 'for-update'
  | 'same-facts'
  | 'redlock'
  | 'live-crowd'
  | 'peer-owner';

/** Starts one of the servers beside this file with its settings, and waits until it listens. */
export async function startServer(name: ServerName, settings: unknown): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), [JSON.stringify(settings)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const port = await new Promise<number>((listening, failed) => {
    child.once('message', (message) => listening((message as { port: number }).port));
    child.once('exit', (code) => failed(new Error(`bench server ${name} ended with ${code} before it listened`)));
  });
  return {
    port,
    pid: child.pid!,
    report: <T>() =>
      new Promise<T>((reported, failed) => {
        child.once('message', (message) => reported(message as T));
        child.once('exit', (code) => failed(new Error(`bench server ${name} ended with ${code} before it reported`)));
        child.send('report');
      }),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The settings that {@link startServer} gave, in the child. */
export function readSettings<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Reports to the parent, in the child, which ends when the parent does. */
export function announce(port: number): void {
  process.once('disconnect', () => process.exit());
  process.send?.({ port });
}

/** Answers the parent's question how it went, in the child. */
export function answerReport(report: () => Promise<object>): void {
  process.on('message', (message) => {
    if (message === 'report') void report().then((answer) => process.send?.(answer));
  });
}
