import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const read = (path: string) => readFileSync(join(root, path), 'utf8');
export const rules = read('deploy/observability/prometheus/onsale.rules.yml');

/** The PromQL of every panel of a dashboard. */
export function panelsOf(dashboard: string): string[] {
  const { panels } = JSON.parse(read(`deploy/observability/grafana/dashboards/${dashboard}.json`)) as {
    panels: { targets: { expr: string }[] }[];
  };
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}
