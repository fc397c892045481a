import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';

/** A Redis of the benchmark's own that keeps nothing; undefined where no `redis-server` is installed. */
export async function startRedis(): Promise<{ readonly url: string; stop(): Promise<void> } | undefined> {
  const port = await findFreePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const missing = new Promise<true>((done) => child.once('error', () => done(true)));
  const url = `redis://127.0.0.1:${port}`;
  if ((await Promise.race([missing, answers(url)])) === true) return undefined;
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resolves when it answers; rejects when it does not within ten seconds. */
async function answers(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: (tries) => (tries > 200 ? null : 50), maxRetriesPerRequest: null });
  redis.on('error', () => {});
  await redis.ping().finally(() => redis.disconnect());
}
