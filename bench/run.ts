// npm run bench [-- --only purchase,hold] [--seconds 5] [--rounds 3] [--quick] [--no-save]
// Measures the table of design §7: each thing against a ceiling or a textbook baseline that runs alternately in the
// same window. Ends with 1 if a goal was missed, 2 if a measurement failed.
import { parseArgs } from 'node:util';
import { createBench, type Measure } from './bench.ts';
import { describeMachine } from './machine.ts';
import { measures } from './measures/index.ts';
import { formatTable, type ReportRow, saveResult } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const quick = values.quick;
const options = {
  quick,
  seconds: Number(values.seconds ?? (quick ? 2 : 5)),
  rounds: Number(values.rounds ?? (quick ? 1 : 3)),
};
const chosen = choose(values.only);
const bench = createBench(options);
const rows: ReportRow[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => bench.end().finally(() => process.exit(2)));
let failed = false;
for (const measure of chosen) {
  process.stderr.write(`${measure.key}: ${measure.about}\n`);
  try {
    rows.push(...(await measure.run(bench)).map((row) => ({ key: measure.key, ...row })));
  } catch (error) {
    failed = true;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${measure.key} failed: ${reason}\n`);
    rows.push({ key: measure.key, what: measure.about, goal: '–', measured: 'failed', ratio: null, met: false });
  }
}
const postgres = await serverVersion();
await bench.end();
const machine = await describeMachine(postgres);
console.log(`\n${formatTable(rows)}\n`);
console.log(Object.values(machine).join(' · '));
if (values.save) console.log(`Saved as ${await saveResult(machine, { ...options, only: values.only }, rows)}`);
process.exitCode = failed ? 2 : rows.some((row) => row.met === false) ? 1 : 0;

function choose(only: string | undefined): readonly Measure[] {
  if (only === undefined) return measures;
  return only.split(',').map((key) => {
    const found = measures.find((measure) => measure.key === key);
    if (!found) throw new Error(`No measure ${key}. There are: ${measures.map((measure) => measure.key).join(', ')}`);
    return found;
  });
}

async function serverVersion(): Promise<string> {
  const product = await bench.product().catch(() => undefined);
  const [row] = (await product?.database.query<{ version: string }>('SHOW server_version')) ?? [];
  return `PostgreSQL ${row ? Object.values(row)[0] : 'not started'}`;
}
