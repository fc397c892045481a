/**
 * Ctrl-C and SIGTERM as an AbortSignal. A second one, later than a moment, ends the process at once: under `npm start`
 * both the terminal and npm send the first.
 */
export function abortOnSignals(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    if (firstAt === 0) {
      firstAt = Date.now();
      controller.abort();
    } else if (Date.now() - firstAt > sameSignalMs) {
      process.stderr.write('Stopped without waiting. The next start recovers.\n');
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // bin/onsale.mjs passes signals on. If it is killed itself, nobody could stop us any more.
  if (process.channel) {
    process.once('disconnect', onSignal);
    process.channel.unref();
  }
  // npm cannot say that it was killed: we see it by having another parent.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      onSignal();
    }, parentWatchMs);
    watch.unref();
  }
  return controller.signal;
}

const sameSignalMs = 500;
const parentWatchMs = 100;
