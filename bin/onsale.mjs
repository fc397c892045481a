#!/usr/bin/env node
// Runs the command line on the Node that package-lock.json pins, whichever Node the system has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const pinned = path(`../node_modules/.bin/node${process.platform === 'win32' ? '.exe' : ''}`);
const node = existsSync(pinned) ? pinned : process.execPath;
const args = ['--disable-warning=ExperimentalWarning', path('../src/main.ts'), ...process.argv.slice(2)];
// The channel carries nothing. It closes when this process is killed, and the child then stops cleanly.
const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
// A terminal sends Ctrl-C to both processes; what is sent to this one alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npx puts a shell between us, which passes nothing on: being left by one's parent is a signal too.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 100);
}
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
