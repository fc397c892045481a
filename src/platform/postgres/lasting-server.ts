import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../clock/clock.ts';
import { StartRefused } from '../start-refused.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';
import type { ServerSettings } from './embedded-settings.ts';

/** How long to wait before each try to start it again: half a minute in all, in which a full disk may be helped. */
const pausesMs = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** Whatever it died of before it ran for so long counts as one trouble. */
const steadyMs = 60_000;

export interface LastingServer extends Pick<EmbeddedServer, 'connection' | 'folder'> {
  /** Stops it for good. */
  stop(): Promise<void>;
}

/**
 * The private PostgreSQL (see {@link startEmbeddedServer}), started again at the same place whenever it dies: killed by
 * the system, say, that had no memory left. Whoever asks meanwhile hears that it cannot be reached; holds live elsewhere and
 * stay. If it does not run again after a few tries, `onFailed` hears why, and that is the end.
 */
export async function startLastingServer(
  dataFolder: string,
  events: { readonly onNotice: (sentence: string) => void; readonly onFailed: (reason: StartRefused) => void },
  parts: {
    readonly settings?: ServerSettings;
    readonly start?: typeof startEmbeddedServer;
    readonly pausesMs?: readonly number[];
  } = {},
): Promise<LastingServer> {
  const { start = startEmbeddedServer, pausesMs: pauses = pausesMs, settings = {} } = parts;
  const stopped = new AbortController();
  const { signal } = stopped;
  let server = await start(dataFolder, settings);
  const { connection, folder } = server;

  const keeping = (async () => {
    let tries = 0;
    while (!signal.aborted) {
      const startedAt = systemClock.measure();
      await Promise.race([
        server.exited,
        new Promise((done) => signal.addEventListener('abort', done, { once: true })),
      ]);
      if (signal.aborted) return;
      if (systemClock.measure() - startedAt > steadyMs) tries = 0;
      let reason: Error | undefined;
      for (let isRunning = false; !isRunning; tries++) {
        const pauseMs = pauses[tries];
        if (pauseMs === undefined) return events.onFailed(noMoreTries(folder, tries, reason));
        if (tries === 0) events.onNotice('The private PostgreSQL ended; it is started again.');
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
        try {
          server = await start(dataFolder, settings);
          isRunning = true;
        } catch (error) {
          reason = error as Error;
        }
      }
      events.onNotice('The private PostgreSQL runs again.');
    }
  })();

  return {
    connection,
    folder,
    async stop() {
      stopped.abort();
      // A start under way is waited for: what it started must not stay behind.
      await keeping;
      await server.stop();
    },
  };
}

function noMoreTries(folder: string, tries: number, reason: Error | undefined): StartRefused {
  const why = reason ? ` ${reason.message.replace(/\.$/, '')}.` : '';
  return new StartRefused(
    `The private PostgreSQL ended, and ${tries} tries to start it again did not help.${why} See ${folder}/postgres.log.`,
  );
}
