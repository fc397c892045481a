import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export type ServerName = 'bare-page' | 'bare-echo' | 'for-update' | 'same-facts' | 'redlock';

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

/** Tells the parent, in the child, which ends when the parent does. */
export function announce(port: number): void {
  process.once('disconnect', () => process.exit());
  process.send?.({ port });
}
