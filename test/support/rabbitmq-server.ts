import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import { freePort, until } from './redis-servers.ts';

// A RabbitMQ of a test's own, so that it may stop, block and kill it. It needs the program that ONSALE_TEST_RABBITMQ_SERVER names.

const program = process.env.ONSALE_TEST_RABBITMQ_SERVER ?? '';
/** Why tests with a real RabbitMQ are left out, or false. */
export const withoutRabbitMq = program === '' && 'no program of RabbitMQ named';

const folders: string[] = [];
const running = new Set<ChildProcess>();
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

export interface RabbitMqServer {
  /** Of a virtual host: the first, or one that was added. */
  url(virtualHost?: string): string;
  addVirtualHost(name: string): Promise<void>;
  /** Dies at once, as of kill -9. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what it had written. */
  restart(): Promise<void>;
  /** Hangs: the kernel takes connections, nobody answers. */
  pause(): void;
  resume(): void;
  /** Takes no messages, as when memory runs out. */
  block(): Promise<void>;
  unblock(): Promise<void>;
  /** Breaks every connection. */
  cutAll(): Promise<void>;
  /** How many connections there are. */
  connections(): Promise<number>;
  deleteQueue(name: string, virtualHost?: string): Promise<void>;
}

/** Starts a server with a port mapper of its own; it keeps what it writes until the test file ends. */
export async function startRabbitMq(): Promise<RabbitMqServer> {
  const [port, nodePort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'onsale-rabbitmq-'));
  folders.push(folder);
  await mkdir(join(folder, 'log'));
  const lines = [
    `listeners.tcp.default = 127.0.0.1:${port}`,
    'default_user = onsale',
    'default_pass = onsale',
    'vm_memory_high_watermark.absolute = 2GB',
    'disk_free_limit.absolute = 1MB',
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), lines.join('\n'));
  await writeFile(join(folder, 'enabled_plugins'), '[].');
  const node = `onsale-${port}@localhost`;
  const env = {
    ...process.env,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    // The script becomes the server, instead of staying as its parent.
    RUNNING_UNDER_SYSTEMD: '1',
    RABBITMQ_NODENAME: node,
    RABBITMQ_DIST_PORT: String(nodePort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: join(folder, 'log', 'rabbit.log'),
  };
  running.add(spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { stdio: 'ignore', env }));
  let child: ChildProcess;
  async function start(): Promise<void> {
    child = spawn(program, [], { stdio: 'ignore', env });
    running.add(child);
    await until(() => listens(port), 60_000);
  }
  async function control(...words: string[]): Promise<string> {
    const options = { env, timeout: 30_000 };
    const { stdout } = await promisify(execFile)(
      join(dirname(program), 'rabbitmqctl'),
      ['-n', node, ...words],
      options,
    );
    return stdout;
  }
  await start();
  return {
    url: (virtualHost = '') => `amqp://onsale:onsale@127.0.0.1:${port}${virtualHost && `/${virtualHost}`}`,
    async addVirtualHost(name) {
      await control(
        'eval',
        `rabbit_vhost:add(<<"${name}">>, <<"test">>),
         rabbit_auth_backend_internal:set_permissions(<<"onsale">>, <<"${name}">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).`,
      );
    },
    async kill() {
      // As one that has run for some minutes: RabbitMQ 3.10 writes the names of new quorum queues to disk every three minutes only, and one
      // that is killed sooner never elects their leaders again.
      await control('eval', '[dets:sync(Table) || Table <- dets:all()].');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      running.delete(child);
    },
    restart: start,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    block: async () => void (await control('set_vm_memory_high_watermark', 'absolute', '1')),
    unblock: async () => void (await control('set_vm_memory_high_watermark', 'absolute', '2GB')),
    cutAll: async () => void (await control('close_all_connections', 'cut by the test')),
    async connections() {
      const listed = await control('list_connections', '--silent', 'pid');
      return listed.trim().split('\n').filter(Boolean).length;
    },
    async deleteQueue(name, virtualHost = '/') {
      await control(
        'eval',
        `{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"${virtualHost}">>, queue, <<"${name}">>)),
         rabbit_amqqueue:delete(Queue, false, false, <<"test">>).`,
      );
    },
  };
}

/** Whether it speaks AMQP: the port is open a moment sooner. */
function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('AMQP\0\0\x09\x01'));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    function end(isReady: boolean): void {
      socket.destroy();
      done(isReady);
    }
  });
}
