import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const build = fileURLToPath(new URL('../../web/build/build.ts', import.meta.url));
let building: Promise<unknown> | undefined;

/** The web app of this checkout is built as its sources are: a server that starts now has no work beside. Costs little if it is. */
export async function ensureWebApp(): Promise<void> {
  building ??= promisify(execFile)(process.execPath, [build]);
  await building;
}
