import { accept, type Decision, refuse } from './decision.ts';
import { Secret } from './secret.ts';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: Secret | undefined;
}

/** Where a Redis is, as its URL says. */
export interface RedisAddress extends Credentials {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** The server; or the sentinels, or some nodes of the cluster. */
  readonly nodes: readonly RedisNode[];
  /** What the sentinels call the master; null where there are none. */
  readonly master: string | null;
  /** As whom the sentinels are asked. */
  readonly sentinel: Credentials;
  readonly database: number;
  readonly tls: boolean;
}

const form =
  'must read redis://user:password@host:6379/0 (rediss: with TLS), redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379';
const pattern =
  /^redis(?<tls>s?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<username>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^@/?]+)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/;
const usualPorts = { single: 6379, sentinel: 26_379, cluster: 6379 };

/**
 * Reads the URL of a Redis: one server, the sentinels of one (`redis+sentinel://`, with the name of the master as path) or some nodes of a
 * cluster (`redis+cluster://`), with `rediss` by TLS. Refuses anything else, in words that follow a setting's name and hold no
 * password.
 */
export function readRedisAddress(text: string): Decision<RedisAddress, string> {
  const parts = pattern.exec(text)?.groups;
  if (!parts) return refuse(form);
  const kind = (parts.kind ?? 'single') as RedisAddress['kind'];
  const nodes = parts.hosts!.split(',').map((each) => readNode(each, usualPorts[kind]));
  if (nodes.includes(null)) return refuse(form);
  if (kind === 'single' && nodes.length > 1) return refuse(`${form}; several hosts are sentinels or a cluster`);
  const steps = (parts.path ?? '').split('/').slice(1);
  const master = kind === 'sentinel' ? decoded(steps.shift()) : undefined;
  if (kind === 'sentinel' && !master) return refuse('must name the master after the sentinels: …:26379/master');
  const [database = '', ...more] = steps;
  if (more.length > 0 || !/^\d{0,5}$/.test(database)) return refuse(form);
  if (kind === 'cluster' && Number(database) !== 0) return refuse('must not name a database: a cluster has 0 only');
  const query = new URLSearchParams(parts.query);
  const known = kind === 'sentinel' ? ['sentinelUsername', 'sentinelPassword'] : [];
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(`must not have the parameter ${unknown}`);
  const username = decoded(parts.username);
  const password = decoded(parts.password);
  if (username === null || password === null || master === null) return refuse('is not percent-encoded rightly');
  return accept({
    kind,
    nodes: nodes as RedisNode[],
    master: master ?? null,
    ...credentials(username, password),
    sentinel: credentials(query.get('sentinelUsername'), query.get('sentinelPassword')),
    database: Number(database),
    tls: parts.tls === 's',
  });
}

/** Host and port in words, of each node. */
export function placeOf({ nodes, master }: RedisAddress): string {
  const hosts = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
  return master === null ? hosts : `${hosts} (master ${master})`;
}

function credentials(username: string | null | undefined, password: string | null | undefined): Credentials {
  return { username: username || undefined, password: password ? new Secret(password) : undefined };
}

function readNode(text: string, usualPort: number): RedisNode | null {
  const { ip, name, port } =
    /^(?:\[(?<ip>[0-9a-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i.exec(text)?.groups ?? {};
  const host = ip ?? name;
  const number = port === undefined ? usualPort : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? null : { host, port: number };
}

/** Percent-decoded; null if that is impossible. */
function decoded(text: string | undefined): string | null | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return null;
  }
}
