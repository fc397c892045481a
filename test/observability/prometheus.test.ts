import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { freshDataDir, serveOnsale } from '../support/onsale-process.ts';
import { freePort, until } from '../support/redis-servers.ts';
import { panelsOf, read, root } from './files.ts';

// A real Prometheus, whose program ONSALE_TEST_PROMETHEUS names, with its promtool beside it.

const program = process.env.ONSALE_TEST_PROMETHEUS ?? '';
const skip = program === '' && 'no program of Prometheus named';
const rulesFolder = join(root, 'deploy/observability/prometheus');
const run = promisify(execFile);
const promtool = (...args: string[]) => run(program.replace(/prometheus$/, 'promtool'), args, { cwd: rulesFolder });

let prometheus: ChildProcess | undefined;
let folder: string | undefined;
after(async () => {
  if (prometheus?.exitCode === null) {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: string;
  readonly data: { readonly result: readonly unknown[]; readonly groups: readonly RuleGroup[] };
}
interface RuleGroup {
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
}

describe('rules and dashboards on a real Prometheus', { skip }, () => {
  test('promtool takes the rules, and each alert fires and is silent as their tests say', async () => {
    await promtool('check', 'rules', 'onsale.rules.yml');
    await promtool('test', 'rules', 'onsale.rules.test.yml');
  });

  test('an alert that never fires is found by those tests', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'onsale-rules-'));
    const text = read('deploy/observability/prometheus/onsale.rules.yml');
    await writeFile(join(broken, 'onsale.rules.yml'), text.replace('onsale_dead_letters', 'onsale_dead_lettres'));
    await copyFile(join(rulesFolder, 'onsale.rules.test.yml'), join(broken, 'onsale.rules.test.yml'));
    await assert.rejects(promtool('test', 'rules', join(broken, 'onsale.rules.test.yml')), /FAILED/);
    await rm(broken, { recursive: true });
  });

  test('the PromQL of every panel and every rule runs on what a real Onsale says', async () => {
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    const ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
    folder = await mkdtemp(join(tmpdir(), 'onsale-prometheus-'));
    await mkdir(join(folder, 'targets'));
    await writeFile(join(folder, 'targets/onsale.json'), JSON.stringify([{ targets: [new URL(server.url).host] }]));
    await writeFile(join(folder, 'token'), ownerKey);
    const config = read('deploy/observability/prometheus/prometheus.yml')
      .replaceAll('15s', '1s')
      .replace('/etc/prometheus/metrics-token', join(folder, 'token'));
    await writeFile(join(folder, 'prometheus.yml'), config);
    await copyFile(join(rulesFolder, 'onsale.rules.yml'), join(folder, 'onsale.rules.yml'));
    const address = `127.0.0.1:${await freePort()}`;
    const own = ['--config.file', join(folder, 'prometheus.yml'), '--storage.tsdb.path', join(folder, 'data')];
    prometheus = spawn(program, [...own, '--web.listen-address', address], { stdio: 'ignore' });
    const get = async (path: string) => (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as Answer;
    const ask = (expr: string) => get(`query?query=${encodeURIComponent(expr.replaceAll('$__rate_interval', '1m'))}`);
    const counted = async (expr: string) => (await ask(expr)).data.result.length > 0;
    await until(() => counted('up{job="onsale"} == 1').catch(() => false));
    await until(() => counted('rate(onsale_buy_path_total[1m])'));

    const expressions = [...panelsOf('onsale-sale'), ...panelsOf('onsale-servers')];
    assert.ok(expressions.length > 40);
    // What only a use of it, or another server, brings into being.
    const perhapsEmpty =
      /buy_path_failed|_outside_|holds_refused|holds_ended|refusals|purchase\)|_redis_|rabbitmq|queue_messages|dead_letters|onsale_messages|search|event_requests|commit|cut_total/;
    for (const expr of expressions) {
      const { status, data } = await ask(expr);
      assert.equal(status, 'success', expr);
      if (!perhapsEmpty.test(expr)) assert.ok(data.result.length > 0, `${expr} finds nothing`);
    }
    await until(async () =>
      (await get('rules')).data.groups.flatMap(({ rules }) => rules).every(({ health }) => health !== 'unknown'),
    );
    const found = (await get('rules')).data.groups.flatMap(({ rules }) => rules);
    assert.ok(found.length > 25);
    assert.deepEqual(
      found.filter(({ health }) => health !== 'ok'),
      [],
    );
    assert.equal(await counted('ALERTS{alertstate="firing"}'), false, 'nothing is wrong with it');
    assert.equal(await server.stop(), 0);
  });
});
