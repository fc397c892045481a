import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefused } from '../start-refused.ts';
import { writeWhole } from './write-whole.ts';

/** How files lie in the data folder. Raised when an older Onsale could not read them any more. */
const formatNow = 1;

/**
 * Notes in `version.json` which Onsale uses the folder, so that an older one refuses it instead of misreading it.
 * Throws {@link StartRefused} if the folder was last used by a newer Onsale, or if the note cannot be understood.
 */
export async function claimVersion(folder: string, onsaleNow: string): Promise<void> {
  const file = join(folder, 'version.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const found = text === undefined ? undefined : parseVersion(text);
  if (text !== undefined && !found) {
    throw new StartRefused(
      `${file} cannot be understood, so this may not be a data folder of Onsale. Choose another DATA_DIR.`,
    );
  }
  if (found && (found.format > formatNow || isNewer(found.onsale, onsaleNow))) {
    throw new StartRefused(
      `The data folder ${folder} was last used by a newer Onsale (${found.onsale}, this is ${onsaleNow}). Update Onsale or choose another DATA_DIR.`,
    );
  }
  if (found?.format === formatNow && found.onsale === onsaleNow) return;
  await writeWhole(file, `${JSON.stringify({ format: formatNow, onsale: onsaleNow })}\n`, 0o644);
}

function parseVersion(text: string): { format: number; onsale: string } | undefined {
  try {
    const { format, onsale } = JSON.parse(text) as { format?: unknown; onsale?: unknown };
    return Number.isInteger(format) && typeof onsale === 'string' ? { format: format as number, onsale } : undefined;
  } catch {
    return undefined;
  }
}

/** True if version `a` (`1.4.2`) is newer than `b`. What follows a hyphen does not count. */
function isNewer(a: string, b: string): boolean {
  const parts = (version: string) => version.split('-')[0]!.split('.').map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    if ((left[i] ?? 0) !== (right[i] ?? 0)) return (left[i] ?? 0) > (right[i] ?? 0);
  }
  return false;
}
