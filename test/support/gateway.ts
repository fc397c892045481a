import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { everyRole, type ProcessRole } from '../../src/kernel/process-role.ts';

const folder = fileURLToPath(new URL('../../deploy/gateway', import.meta.url));

/** Whether this machine has the gateway's program. */
export const hasGateway = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].some((path) => existsSync(path));

/** A process behind the gateway. */
export interface BehindGateway {
  readonly url: string;
  readonly roles: readonly ProcessRole[];
}

/** The gateway of `deploy/gateway/`, as it is deployed, before processes on this machine. */
export interface Gateway {
  readonly url: string;
  /** Of its first process, whose child takes the connections. */
  readonly pid: number;
  /** Has it read where the processes are; open connections stay with those that they have. */
  reload(processes: readonly BehindGateway[]): Promise<void>;
  /** What it says of each process: `UP`, `DOWN`, … by its address. */
  states(): Promise<ReadonlyMap<string, string>>;
  /** What it has logged, a request a line. */
  log(): string;
  stop(): Promise<void>;
}

/** The backends of a gateway: every process is asked for its health once, whatever roles it has. */
function backendsOf(processes: readonly BehindGateway[]): string {
  const named = processes.map(({ url, roles }, at) => ({ name: `p${at}`, address: new URL(url).host, roles }));
  const watched = named.map(({ name, address }) => `  server ${name} ${address} check\n`).join('');
  const backends = everyRole
    .filter((role) => role !== 'worker')
    .map((role) => {
      const its = named.filter(({ roles }) => roles.includes(role));
      const servers = its.map(({ name, address }) => `  server ${name} ${address} track processes/${name}\n`);
      const unasked = its.map(({ name, address }) => `  server ${name}-again ${address} backup\n`);
      return `backend ${role} from processes\n${servers.join('')}${unasked.join('')}`;
    });
  return `backend processes from processes\n${watched}\n${backends.join('\n')}`;
}

/**
 * Starts it and waits until it has found all processes ready. `dataDir`: an existing folder for what it is started with; `settings`: its
 * environment, beside that of a test with one client.
 */
export async function startGateway(
  dataDir: string,
  processes: readonly BehindGateway[],
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const backends = join(dataDir, 'backends.cfg');
  const control = join(dataDir, 'gateway.sock');
  await writeFile(backends, backendsOf(processes));
  let said = '';
  const child: ChildProcess = spawn('haproxy', ['-W', '-db', '-f', 'haproxy.cfg', '-f', backends], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin`,
      GATEWAY_BIND: `127.0.0.1:${port}`,
      GATEWAY_CONTROL: control,
      GATEWAY_RATE: '1000000',
      GATEWAY_MAXCONN: '2000',
      ...settings,
    },
  });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      said += chunk;
      if (said.length > 400_000) said = said.slice(-200_000);
    });
  }
  const ended = once(child, 'exit');

  /** Asks the control socket. */
  async function ask(command: string): Promise<string> {
    const socket = createConnection(control);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.end(`${command}\n`);
    await once(socket, 'close');
    return answer;
  }

  async function states(): Promise<Map<string, string>> {
    const [head = '', ...rows] = (await ask('show stat')).trim().split('\n');
    const names = head.replace(/^# /, '').split(',');
    const found = new Map<string, string>();
    for (const row of rows) {
      const values = row.split(',');
      const of = (name: string) => values[names.indexOf(name)] ?? '';
      if (of('pxname') === 'processes' && of('svname') !== 'BACKEND') found.set(of('addr'), of('status'));
    }
    return found;
  }

  /** The process that takes connections now. */
  async function worker(): Promise<string> {
    return /^Pid: (\d+)$/m.exec(await ask('show info'))?.[1] ?? '';
  }

  async function untilUp(list: readonly BehindGateway[]): Promise<void> {
    for (let turn = 0; ; turn++) {
      const found = await states().catch(() => new Map<string, string>());
      if (list.every(({ url }) => found.get(new URL(url).host) === 'UP')) return;
      if (turn > 600 || child.exitCode !== null) throw new Error(`The gateway is not ready: ${said}`);
      await sleep(50);
    }
  }

  await untilUp(processes);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    states,
    log: () => said,
    async reload(list) {
      const old = await worker();
      await writeFile(backends, backendsOf(list));
      child.kill('SIGUSR2');
      for (let turn = 0; (await worker().catch(() => old)) === old; turn++) {
        if (turn > 600) throw new Error(`The gateway does not reload: ${said}`);
        await sleep(50);
      }
      await untilUp(list);
    },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
      await rm(control, { force: true });
    },
  };
}
