// Connection strings as services of .NET have them, read where our own settings are not set. What cannot be read as one
// comes back as it is, so that the setting refuses it in its own words.

/** `Key=value;Key='quo;ted'`: keys without case and spaces, as Npgsql reads them. */
function partsOf(text: string): ReadonlyMap<string, string> {
  const pattern = /\s*([^=;]+?)\s*=\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|[^;]*?)\s*(?:;|$)/g;
  return new Map(
    [...text.matchAll(pattern)].map(([, key = '', value = '']) => {
      const quote = /^["']/.exec(value)?.[0];
      const plain = quote ? value.slice(1, -1).replaceAll(quote + quote, quote) : value;
      return [key.toLowerCase().replaceAll(' ', ''), plain];
    }),
  );
}

/** Npgsql's words for how TLS is wanted; with its others (Prefer, Allow) nothing is asked for. */
const tlsModes: Readonly<Record<string, string>> = {
  disable: 'disable',
  require: 'require',
  verifyca: 'verify-full',
  verifyfull: 'verify-full',
};

/**
 * `ConnectionStrings__DefaultConnection`, as Npgsql has it (`Host=…;Port=…;Database=…;Username=…;Password=…`), as an
 * address of PostgreSQL. What else stands in it is about Npgsql's own pool and left out. Undefined: it is not set.
 */
export function postgresConnectionString(environment: NodeJS.ProcessEnv): string | undefined {
  const text = environment.ConnectionStrings__DefaultConnection || undefined;
  const parts = partsOf(text ?? '');
  const first = (...names: string[]) => names.map((name) => parts.get(name)).find((value) => value);
  const host = first('host', 'server');
  if (text === undefined || /^postgres(ql)?:/.test(text) || host === undefined) return text;
  const user = encodeURIComponent(first('username', 'userid', 'user', 'uid') ?? 'postgres');
  const password = encodeURIComponent(first('password', 'pwd') ?? '');
  const database = encodeURIComponent(first('database', 'db') ?? '');
  const mode = tlsModes[(first('sslmode') ?? '').toLowerCase().replaceAll('-', '')];
  const who = password === '' ? user : `${user}:${password}`;
  return `postgres://${who}@${bracketed(host)}:${first('port') ?? '5432'}/${database}${mode ? `?sslmode=${mode}` : ''}`;
}

/**
 * `ConnectionStrings__Redis`, as StackExchange.Redis has it (`host:6379,password=…,ssl=true`), or else the first of
 * `Redis__Endpoints__…`, as an address of Redis. Of several servers the first is meant: how they belong together
 * (Sentinel, Cluster) it does not say; REDIS_URL does. Undefined: neither is set.
 */
export function redisConnectionString(environment: NodeJS.ProcessEnv): string | undefined {
  const text = environment.ConnectionStrings__Redis || environment.Redis__Endpoints__0 || undefined;
  if (text === undefined || /^rediss?(\+\w+)?:/.test(text)) return text;
  const [server = '', ...more] = text.split(',').map((part) => part.trim());
  const parts = partsOf(more.filter((part) => part.includes('=')).join(';'));
  const [user, password] = [parts.get('user') ?? '', parts.get('password') ?? ''].map(encodeURIComponent);
  const scheme = parts.get('ssl')?.toLowerCase() === 'true' ? 'rediss' : 'redis';
  const who = user || password ? `${user}:${password}@` : '';
  return `${scheme}://${who}${server}/${parts.get('defaultdatabase') ?? '0'}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
