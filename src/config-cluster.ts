import { listOf, readEndpoint, readHost, readPort, wholeNumber } from './config-readers.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { everyRole, type ProcessRole } from './kernel/process-role.ts';

/** The roles that are named, each once, in the order of all. */
function readRoles(text: string): Decision<readonly ProcessRole[], string> {
  const named = listOf(text);
  const unknown = named.find((name) => !everyRole.includes(name as ProcessRole));
  if (unknown !== undefined) {
    return refuse(`names ${JSON.stringify(unknown)}, which is no role; there are ${everyRole.join(', ')}`);
  }
  const roles = everyRole.filter((role) => named.includes(role));
  return roles.length > 0 ? accept(roles) : refuse(`must name some of ${everyRole.join(', ')}`);
}

/** The settings by which several processes are one Onsale. */
export const clusterSettings = {
  privateHost: {
    env: 'PRIVATE_HOST',
    fallback: '127.0.0.1',
    about:
      'Address to listen on for other processes of the same Onsale, apart from the public one; theirs must reach it.',
    read: readHost,
  },
  privatePort: {
    env: 'PRIVATE_PORT',
    fallback: '0',
    about: 'TCP port of that address; `0` takes any free one, and others find it in the database.',
    read: readPort,
  },
  privateAddress: {
    env: 'PRIVATE_ADDRESS',
    fallback: undefined,
    about:
      '`host:port` at which other processes reach that address, where something stands in between (a forwarded port of a container, NAT); itself if left out.',
    read: readEndpoint as (text: string) => Decision<string | undefined, string>,
  },
  workers: {
    env: 'WORKERS',
    fallback: '1',
    about:
      'How many processes serve on this machine, 1 to 64. With more than one, the first owns the data folder and PostgreSQL, and the others share the events between them.',
    read: wholeNumber(1, 64),
  },
  roles: {
    env: 'ROLES',
    fallback: everyRole.join(','),
    about:
      'Which parts of Onsale this process is, separated by commas: it answers the routes and runs the jobs of those alone. With fewer than all, other processes on the same DATABASE_URL are the rest, behind a gateway.',
    read: readRoles,
  },
  drainSeconds: {
    env: 'DRAIN_SECONDS',
    fallback: '0',
    about:
      'How long a process that is to stop goes on serving while its `/health/ready` says 503, 0 to 60: a gateway notices, and sends it nothing more.',
    read: wholeNumber(0, 60),
  },
} as const;

/** Why these roles cannot be: a private PostgreSQL is for one process and its workers, so nobody else could be the rest. */
export function rolesFaults(settings: {
  readonly roles: readonly ProcessRole[];
  readonly workers: number;
  readonly databaseUrl?: unknown;
  readonly privateAddress?: string | undefined;
}): string[] {
  if (settings.privateAddress !== undefined && settings.workers > 1) {
    return ['PRIVATE_ADDRESS is of one process, and WORKERS are several: each is reached at an address of its own.'];
  }
  const isWhole = settings.roles.length === everyRole.length;
  if (isWhole || settings.databaseUrl !== undefined || settings.workers > 1) return [];
  return [
    `ROLES leaves out ${everyRole.filter((role) => !settings.roles.includes(role)).join(', ')}: that takes DATABASE_URL, by which other processes are the rest.`,
  ];
}
