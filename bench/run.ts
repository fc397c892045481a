// npm run bench [-- --only purchase,hold] [--seconds 5] [--rounds 3] [--quick] [--no-save]
// Measures the table of design §7: each workload against a ceiling or a textbook baseline that runs alternately in the
// same window. Ends with 1 if a goal was missed, 2 if a measurement failed.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
// Broken off: the servers stop and their folders go; whatever the run does meanwhile no longer matters.
const brokenOff = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(signal)));
});
let failed = false;
// A server that finds the web app stale builds it: not beside what is measured.
execFileSync(process.execPath, [fileURLToPath(new URL('../web/build/build.ts', import.meta.url))]);
try {
  await Promise.race([measureAll(), brokenOff]);
} catch (error) {
  await bench.end();
  process.stderr.write(`Broken off (${error instanceof Error ? error.message : error}).\n`);
  process.exit(2);
}
const postgres = await bench.postgresVersion();
await bench.end();
const machine = await describeMachine(postgres);
console.log(`\n${formatTable(rows)}\n`);
console.log(Object.values(machine).join(' · '));
if (values.save) console.log(`Saved as ${await saveResult(machine, { ...options, only: values.only }, rows)}`);
process.exitCode = failed ? 2 : rows.some((row) => row.met === false) ? 1 : 0;

async function measureAll(): Promise<void> {
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
}

function choose(only: string | undefined): readonly Measure[] {
  if (only === undefined) return measures;
  return only.split(',').map((key) => {
    const found = measures.find((measure) => measure.key === key);
    if (!found) throw new Error(`No measure ${key}. There are: ${measures.map((measure) => measure.key).join(', ')}`);
    return found;
  });
}
