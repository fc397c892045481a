import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRole } from '../../src/kernel/process-role.ts';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { freePort, type OnsaleServer, serveOnsale } from './onsale-process.ts';

/** Four processes that are one Onsale together. */
export const fourProcesses: readonly (readonly ProcessRole[])[] = [
  ['booking'],
  ['booking'],
  ['catalog', 'search', 'live'],
  ['api', 'identity', 'worker'],
];

export interface RoleProcess extends OnsaleServer {
  readonly roles: readonly ProcessRole[];
}

/** Several processes by roles on one database, behind a gateway. */
export interface RoleCluster {
  /** Of the gateway. */
  readonly url: string;
  readonly gateway: Gateway;
  readonly processes: readonly RoleProcess[];
  readonly ownerKey: string;
  /** Starts one more process; the gateway hears of it by `reload`. */
  add(roles: readonly ProcessRole[]): Promise<RoleProcess>;
  stop(): Promise<void>;
}

/** Starts them. `env`: settings of each process, DATABASE_URL among them; `gatewaySettings`: the environment of the gateway. */
export async function startRoleCluster(
  env: NodeJS.ProcessEnv,
  shape: readonly (readonly ProcessRole[])[] = fourProcesses,
  gatewaySettings: Readonly<Record<string, string>> = {},
): Promise<RoleCluster> {
  const folder = await makeTemporaryDataFolder();
  const own = join(folder.path, 'gateway');
  await mkdir(own);
  const processes: RoleProcess[] = [];
  let started = 0;
  const stops: (() => Promise<unknown>)[] = [() => folder.remove()];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDirs: string[] = [];

  async function add(roles: readonly ProcessRole[]): Promise<RoleProcess> {
    const dataDir = join(folder.path, `process-${started++}`);
    dataDirs.push(dataDir);
    const settings = { DEMO: 'off', TRUSTED_PROXIES: '127.0.0.1', PUBLIC_URL: url, ...env, ROLES: roles.join(',') };
    const server = await serveOnsale(dataDir, { env: settings });
    stops.push(() => server.stop());
    return { ...server, roles };
  }

  async function stop(): Promise<void> {
    for (const end of stops.splice(1).reverse()) await end();
    for (const end of stops.splice(0)) await end();
  }

  try {
    processes.push(...(await Promise.all(shape.map(add))));
    const gateway = await startGateway(own, processes, port, gatewaySettings);
    stops.push(() => gateway.stop());
    const keys = await Promise.all(
      dataDirs.map((dataDir) => readFile(join(dataDir, 'owner.key'), 'utf8').catch(() => '')),
    );
    return { url, gateway, processes, ownerKey: keys.join('').trim(), add, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
