import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createServer } from 'vite';
import { viteConfig } from '../vite.config.ts';

const root = join(import.meta.dirname, '../..');
const apiUrl = 'http://127.0.0.1:3000';
const appPort = 5173;
/** What the server answers; everything else is a page of the app. */
const served = '^/(api|dev/mail|docs|openapi\\.json|sandbox|health|\\.well-known|booking|event|search)(/|$|\\?)';

/** `npm run dev`: the server, and before it the app that follows every change of its sources at once. */
const api = spawn(process.execPath, [join(root, 'src/main.ts'), 'serve', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const vite = await createServer({
  ...viteConfig(join(root, 'web')),
  base: '/',
  server: { port: appPort, strictPort: true, proxy: { [served]: { target: apiUrl, ws: true } } },
});
await vite.listen();
process.stdout.write(`\n  The app, as its sources are: http://127.0.0.1:${appPort}\n`);
api.on('exit', (code) => void vite.close().then(() => process.exit(code ?? 1)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => api.kill(signal));
