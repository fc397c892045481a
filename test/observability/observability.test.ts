import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMetrics } from '../../src/platform/telemetry/metrics.ts';
import { panelsOf, read, root, rules } from './files.ts';

const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);

/** Every name of a metric that Onsale can have: with RabbitMQ and OpenSearch, which bring their own. */
async function namesOfMetrics(): Promise<Set<string>> {
  const metrics = createMetrics();
  metrics.watchRabbitMq({
    trouble: null,
    counts: { published: 0, unwanted: 0, handled: 0, retried: 0, dead: 0 },
    depths: async () => ({ queues: { mail: 0 }, dead: 0 }),
  });
  metrics.watchSearchEngine({ isUsed: true, answered: { engine: 0, postgres: 0 }, lagSeconds: 0, slotBytes: 0 });
  const text = await metrics.registry.metrics();
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
  const names = types.flatMap(([, name, type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
  );
  return new Set(names);
}

test('every metric that a rule or a panel names is one that Onsale has', async () => {
  const names = await namesOfMetrics();
  const expressions = [rules, ...panelsOf('onsale-sale'), ...panelsOf('onsale-servers')].join('\n');
  const named = new Set(expressions.match(/\bonsale_\w+/g));
  assert.ok(named.size > 30, `only ${named.size}`);
  assert.deepEqual(
    [...named].filter((name) => !names.has(name)),
    [],
  );
});

test('every alert has a runbook and is unit-tested or counted among those that fire, and no runbook is about none', () => {
  assert.ok(alerts.length > 15);
  const sections = [...read('docs/runbooks.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name!);
  assert.deepEqual(sections, alerts, 'in the order of the rules');
  const linked = [...rules.matchAll(/runbook: docs\/runbooks\.md#(\w+)$/gm)].map(([, name]) => name!);
  assert.deepEqual(
    linked,
    alerts.map((name) => name.toLowerCase()),
  );
});

test('the dashboards are provisioned from their folder, and no two panels of one share a number', () => {
  const folder = 'deploy/observability/grafana/dashboards';
  const files = readdirSync(join(root, folder));
  assert.deepEqual(files.sort(), ['onsale-sale.json', 'onsale-servers.json']);
  for (const file of files) {
    const { uid, panels } = JSON.parse(readFileSync(join(root, folder, file), 'utf8'));
    assert.equal(`${uid}.json`, file);
    const ids = panels.map(({ id }: { id: number }) => id);
    assert.equal(new Set(ids).size, ids.length);
  }
});
