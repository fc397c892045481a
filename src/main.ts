import { runCommandLine } from './cli/run.ts';
import { abortOnSignals } from './cli/signals.ts';

// A reader that went away (`npm start | head`) is no reason to stop selling.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await runCommandLine(process.argv.slice(2), process.env, {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abortOnSignals(process),
});
