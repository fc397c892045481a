import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ConnectionSettings, type Database, openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { findFreePort } from '../servers/free-port.ts';

/** The product as its users run it: a process of its own, with its own data folder and its own PostgreSQL. */
export interface Product {
  readonly port: number;
  readonly pid: number;
  readonly connection: ConnectionSettings;
  /** A connection beside the product's, to prepare rows and to count what is really there. */
  readonly database: Database;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  /** Calls a route as the owner; throws with the answer's text unless it is 2xx. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Stops it and leaves the data folder, so that it can be started again. */
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const startMsMax = 60_000;

export interface ProductOptions {
  /** How many processes serve; 1: all is in one, without leases. */
  readonly workers?: number;
  /** Of a PostgreSQL that others use too; without it the product brings its own, or takes that of the environment. */
  readonly databaseUrl?: string;
  /** Of a Redis that processes share. */
  readonly redisUrl?: string;
  /** What the process does, such as `live`; all of it without. */
  readonly roles?: string;
  /** For profiles. */
  readonly nodeFlags?: readonly string[];
}

/** Starts `onsale serve` on a data folder and waits for its first answer. */
export async function startProduct(
  dataFolder: string,
  { workers = 1, nodeFlags = [], databaseUrl = process.env.DATABASE_URL, redisUrl, roles }: ProductOptions = {},
): Promise<Product> {
  const port = await findFreePort();
  const log = openSync(join(dataFolder, 'bench.log'), 'a');
  const startedAt = performance.now();
  const flags = ['--disable-warning=ExperimentalWarning', ...nodeFlags];
  // All limits are counted and none is reached: the load comes from one address, and from few guests.
  const limits = ['--rate-limits', 'x1000000', '--hold-limits', 'off'];
  const options = ['serve', '--no-demo', '--port', String(port), '--data-dir', dataFolder, ...limits];
  if (workers > 1) options.push('--workers', String(workers));
  if (redisUrl) options.push('--redis-url', redisUrl);
  if (roles) options.push('--roles', roles);
  const child = spawn(process.execPath, [...flags, main, ...options], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
  });
  closeSync(log);
  // A benchmark that breaks off must leave no server behind; this one stops its own PostgreSQL.
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  await waitForAnswer(port, child, join(dataFolder, 'bench.log'));
  const startMs = performance.now() - startedAt;
  const connection = await findConnection(dataFolder, databaseUrl);
  const database = openDatabase(connection, 2);
  // Only the first process of a database writes one.
  const ownerKey = (await readFile(join(dataFolder, 'owner.key'), 'utf8').catch(() => '')).trim();
  return {
    port,
    pid: child.pid!,
    connection,
    database,
    startMs,
    call: (method, path, body) => call(port, ownerKey, method, path, body),
    async stop() {
      process.removeListener('exit', endWithUs);
      await database.close();
      const exited = new Promise<void>((done) => child.once('exit', () => done()));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await exited;
      }
    },
  };
}

async function findConnection(dataFolder: string, url: string | undefined): Promise<ConnectionSettings> {
  if (url) return { url };
  const connection = await embeddedConnection(join(dataFolder, 'postgres'));
  if (!connection) throw new Error(`no embedded PostgreSQL in ${dataFolder}`);
  return connection;
}

async function waitForAnswer(port: number, child: ChildProcess, log: string): Promise<void> {
  for (const startedAt = performance.now(); ; ) {
    if (child.exitCode !== null) throw new Error(`onsale serve ended: ${await readFile(log, 'utf8')}`);
    if (performance.now() - startedAt > startMsMax) throw new Error(`onsale serve does not answer; see ${log}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(5);
  }
}

async function call<T>(port: number, key: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}
