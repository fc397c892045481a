import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresRefused } from './embedded-refused.ts';

/** The user PostgreSQL runs as when we are root, which it refuses to be. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where files and sockets are put that PostgreSQL's user must reach, when it cannot enter the place they belong to. Root only. */
export const sharedFolder = '/var/lib/onsale';

const socketFile = '/.s.PGSQL.5432';
// sun_path holds 108 bytes, the last a zero.
const socketPathBytesMax = 107;

/**
 * Whom PostgreSQL runs as: undefined means ourselves. Under root it is the user whom an existing cluster belongs to,
 * else onsale, postgres or nobody, whichever the system knows first (initdb wants the uid in passwd).
 */
export async function findPostgresUser(dataFolder: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const before = await stat(join(dataFolder, 'postgres', 'cluster')).catch(() => undefined);
  if (before && before.uid !== 0) return { uid: before.uid, gid: before.gid };
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['onsale', 'postgres', 'nobody']) {
    const line = lines.find(([name]) => name === wanted);
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new EmbeddedPostgresRefused(
    'PostgreSQL refuses to run as root and there is no user onsale, postgres or nobody. Set DATABASE_URL, or run Onsale as an ordinary user.',
  );
}

/**
 * The folder of the private PostgreSQL: `postgres` in the data folder. If PostgreSQL's user cannot walk into that, the
 * folder lies under /var/lib/onsale with a random name, and `postgres` is a link to it. The name is not made from the
 * path: who removes the data folder and starts again expects to find nothing.
 */
export async function placeCluster(dataFolder: string, user: SystemUser | undefined): Promise<string> {
  const usual = join(resolve(dataFolder), 'postgres');
  const linked = await readlink(usual).catch(() => undefined);
  if (linked && !existsSync(linked)) {
    throw new EmbeddedPostgresRefused(`The database of ${dataFolder} lies in ${linked}, which is gone. Bring it back.`);
  }
  if (linked) return linked;
  if (!user || (await canEnter(resolve(dataFolder), user))) {
    await mkdir(usual, { recursive: true, mode: 0o700 });
    if (user) await chown(usual, user.uid, user.gid);
    return usual;
  }
  if (existsSync(usual)) {
    throw new EmbeddedPostgresRefused(`PostgreSQL's user (uid ${user.uid}) cannot enter ${dataFolder}: chmod o+x it.`);
  }
  const elsewhere = join(sharedFolder, randomBytes(8).toString('hex'));
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
  await mkdir(elsewhere, { mode: 0o700 });
  await chown(elsewhere, user.uid, user.gid);
  await symlink(elsewhere, usual);
  return elsewhere;
}

/** Whether a user can walk into a folder, which takes the right to enter each folder above it too. */
async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  for (let each = folder; ; each = dirname(each)) {
    const { mode, uid, gid } = await stat(each);
    const enterable = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!enterable) return false;
    if (each === dirname(each)) return true;
  }
}

/**
 * Makes the folder of the socket, which only PostgreSQL's user (and root) may enter: beside the cluster, or in /tmp if
 * that path is too long for a socket. No server may run on the cluster.
 */
export async function makeSocketFolder(folder: string, user: SystemUser | undefined): Promise<string> {
  const near = join(folder, 'socket.d');
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const fits = Buffer.byteLength(near + socketFile) <= socketPathBytesMax;
  const socketFolder = fits ? near : join('/tmp', `onsale-${id}`);
  await mkdir(socketFolder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(socketFolder);
  if (uid !== (process.getuid?.() ?? uid) && uid !== user?.uid) {
    throw new EmbeddedPostgresRefused(
      `${socketFolder} belongs to another user. Remove it, or choose a shorter DATA_DIR.`,
    );
  }
  await chmod(socketFolder, 0o700);
  if (user) await chown(socketFolder, user.uid, user.gid);
  // A server whose folder was moved could not take its socket away, and the next would stumble over the socket's lock.
  for (const left of [socketFile, `${socketFile}.lock`]) await rm(socketFolder + left, { force: true });
  return socketFolder;
}
