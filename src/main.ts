import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the packages (never in a /tmp that others can write): a start takes half a second of CPU
// less, and the process 20 MB. Where that folder cannot be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/onsale', import.meta.url)));
const { runCommandLine } = await import('./cli/run.ts');
const { abortOnSignals } = await import('./cli/signals.ts');

// A reader that went away (`npm start | head`) is no reason to stop selling.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await runCommandLine(process.argv.slice(2), process.env, {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abortOnSignals(process),
});
