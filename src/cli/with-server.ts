import { startOnsale } from '../compose/app.ts';
import type { Settings } from '../config.ts';
import { findRunningServer, readOwnerKey } from '../platform/data-folder/data-folder.ts';
import { StartRefused } from '../platform/start-refused.ts';

export interface ServerAccess {
  /** `http://127.0.0.1:3000` */
  readonly baseUrl: string;
  /** The owner's key: every scope. */
  readonly apiKey: string;
}

/**
 * Runs `work` against the server that runs on these settings' data folder, or else against one that is started inside
 * this process for as long as it takes: quietly, on a free port of the loopback, without demo shows.
 * Throws {@link StartRefused} if the server cannot start or the owner's key is not in the data folder.
 */
export async function withServer<T>(settings: Settings, work: (server: ServerAccess) => Promise<T>): Promise<T> {
  const running = await findRunningServer(settings.dataDir);
  if (running) return work({ baseUrl: running.url, apiKey: await ownerKey(settings.dataDir) });
  const ours = { host: '127.0.0.1', port: 0, demo: false, logLevel: 'warn', rateLimits: null } as const;
  const quiet = { ...settings, ...ours };
  const failed = Promise.withResolvers<never>();
  const onsale = await startOnsale(quiet, { command: 'command', onFailed: failed.reject });
  try {
    const apiKey = await ownerKey(settings.dataDir);
    return await Promise.race([work({ baseUrl: onsale.address, apiKey }), failed.promise]);
  } finally {
    await onsale.stop();
  }
}

async function ownerKey(dataDir: string): Promise<string> {
  const key = await readOwnerKey(dataDir);
  if (key) return key;
  throw new StartRefused(
    `${dataDir} holds no owner.key. Name the data folder of the server with --data-dir, or write a key with every scope (onsale key create owner --scopes '*') into owner.key there.`,
  );
}
