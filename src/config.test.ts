import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { readSettings, schema } from './config.ts';
import { everyRole } from './kernel/process-role.ts';

function settingsOf(...asked: Parameters<typeof readSettings>) {
  const read = readSettings(...asked);
  assert(read.accepted);
  return read.value;
}

function faultsOf(...asked: Parameters<typeof readSettings>) {
  const read = readSettings(...asked);
  assert(!read.accepted);
  return read.refusal;
}

test('without any setting everything has a safe default on one machine', () => {
  const settings = settingsOf({});
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.port, 3000);
  assert.deepEqual([settings.privateHost, settings.privatePort], ['127.0.0.1', 0], 'no other machine reaches it');
  assert.match(settings.dataDir, /^\/.*\/data$/);
  assert.equal(settings.databaseUrl, undefined);
  assert.equal(settings.demo, true);
});

test('a flag wins over the environment', () => {
  assert.equal(settingsOf({ PORT: '3001' }, { port: '3002' }).port, 3002);
});

test('an empty variable counts as not set, and unknown ones are not looked at', () => {
  assert.equal(settingsOf({ PORT: '', SERVER_URL: 'redis://x' }).port, 3000);
});

test('all faults are reported together and name the setting', () => {
  const faults = faultsOf({ PORT: '70000', LOG_LEVEL: 'loud', PUBLIC_URL: 'ftp://x', DATABASE_URL: 'mysql://x' });
  assert.equal(faults.length, 4);
  for (const name of ['PORT', 'LOG_LEVEL', 'PUBLIC_URL', 'DATABASE_URL']) {
    assert(faults.some((fault) => fault.startsWith(name)));
  }
});

for (const port of ['-1', '65536', '1.5', '3e3', ' 80', '0x50', 'http', '٣']) {
  test(`the port ${JSON.stringify(port)} is refused`, () => {
    assert.equal(faultsOf({ PORT: port }).length, 1);
    assert.equal(faultsOf({ PRIVATE_PORT: port }).length, 1);
  });
}

test('where others reach a process is host and port, of one process', () => {
  for (const at of ['10.0.0.7:4001', 'onsale-1.internal:4001', '[fd00::7]:4001']) {
    assert.equal(settingsOf({ PRIVATE_ADDRESS: at }).privateAddress, at);
  }
  for (const at of ['10.0.0.7', ':4001', 'host:0', 'host:65536', 'fd00::7:4001', 'http://host:4001']) {
    assert.match(faultsOf({ PRIVATE_ADDRESS: at })[0]!, /^PRIVATE_ADDRESS must be host:port/);
  }
  assert.match(faultsOf({ PRIVATE_ADDRESS: 'host:4001', WORKERS: '2' })[0]!, /^PRIVATE_ADDRESS is of one process/);
});

test('a flag with an empty value is a fault', () => {
  assert.match(faultsOf({}, { port: '' })[0]!, /^--port must not be empty/);
});

test('a secret shows nowhere: not in text, JSON, logs or faults', () => {
  const settings = settingsOf({ DATABASE_URL: 'postgres://u:hush@h/d' });
  assert.equal(settings.databaseUrl?.reveal(), 'postgres://u:hush@h/d');
  const shown = `${settings.databaseUrl} ${JSON.stringify(settings)} ${inspect(settings, { depth: 9, showHidden: true })}`;
  assert(!shown.includes('hush'));
  assert(!faultsOf({ DATABASE_URL: 'hush' })[0]!.includes('hush'));
});

test('a secret may come from a file, but not from two places', () => {
  const file = `/tmp/onsale-secret-${process.pid}`;
  writeFileSync(file, 'postgres://u:p@h/d\n');
  assert.equal(settingsOf({ DATABASE_URL_FILE: file }).databaseUrl?.reveal(), 'postgres://u:p@h/d');
  assert.match(faultsOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://u:p@h/d' })[0]!, /both set/);
  assert.match(faultsOf({ DATABASE_URL_FILE: '/tmp/onsale-no-such-file' })[0]!, /cannot be read/);
});

test('settings cannot be changed', () => {
  assert(Object.isFrozen(settingsOf({})));
});

const stripeSecrets = {
  weak: ['whsec_local', 'whsec_changeme-changeme-changeme', 'whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  good: ['whsec_q7Jm2vXb9Ld4Rk8TzWc5Yn1Hs6Pf3GaE'],
};

const drawnSecrets = {
  weak: [
    'short',
    'changeme-changeme-changeme-changeme',
    'a'.repeat(64),
    'example-secret-of-the-documentation-1',
    'secret',
  ],
  good: ['q7Jm2vXb9Ld4Rk8TzWc5Yn1Hs6Pf3GaE'],
};

const redisAddresses = {
  weak: [
    'redis://:password@cache',
    'redis+sentinel://u:1234@s1,s2/onsale',
    'redis+sentinel://s1,s2/onsale?sentinelPassword=changeme',
  ],
  good: ['redis://cache', 'rediss://onsale:v9Kq2mT7xL@cache:6380/1', 'redis+cluster://:v9Kq2mT7xL@n1,n2'],
};

test('RabbitMQ may be named as services of .NET name it, where our own name is not set', () => {
  const urlOf = (environment: NodeJS.ProcessEnv) => settingsOf(environment).rabbitmqUrl?.reveal();
  const parts = {
    RabbitMq__Host: 'mq:5673',
    RabbitMq__Username: 'us/er',
    RabbitMq__Password: 'p@ss:w',
    RabbitMq__VirtualHost: 'a b',
  };
  assert.equal(urlOf(parts), 'amqp://us%2Fer:p%40ss%3Aw@mq:5673/a%20b');
  assert.equal(urlOf({ RabbitMq__Host: 'mq' }), 'amqp://guest:guest@mq/%2F');
  assert.equal(urlOf({ ...parts, RABBITMQ_URL: 'amqp://other' }), 'amqp://other');
  assert.equal(urlOf({ ...parts, RabbitMq__Host: '' }), undefined);
  for (const bad of ['http://mq', 'amqp://', 'amqp://mq/a/b', 'amqp://mq?frameMax=1']) {
    assert.match(faultsOf({ RABBITMQ_URL: bad })[0]!, /^RABBITMQ_URL must read amqp:/);
  }
});

test('PostgreSQL may be named by a connection string of .NET, where our own name is not set', () => {
  const urlOf = (text: string, more = {}) =>
    settingsOf({ ConnectionStrings__DefaultConnection: text, ...more }).databaseUrl?.reveal();
  const full = 'Host=db; Port=5433;Database=on sale;User Id=us/er;Password="p;\'@""x";Pooling=true;SSL Mode=VerifyFull';
  assert.equal(urlOf(full), "postgres://us%2Fer:p%3B'%40%22x@db:5433/on%20sale?sslmode=verify-full");
  assert.equal(urlOf('server=::1;DATABASE=onsale;Ssl Mode=Prefer;'), 'postgres://postgres@[::1]:5432/onsale');
  assert.equal(urlOf('postgresql://db/onsale'), 'postgresql://db/onsale');
  assert.equal(urlOf(full, { DATABASE_URL: 'postgres://ours/onsale' }), 'postgres://ours/onsale');
  assert.equal(urlOf(''), undefined);
  assert.match(
    faultsOf({ ConnectionStrings__DefaultConnection: 'Data Source=shop.db' })[0]!,
    /^DATABASE_URL, read by another name for it, must read postgres:[^,]*$/,
  );
  const weak = { NODE_ENV: 'production', ConnectionStrings__DefaultConnection: 'Host=db;Username=u;Password=postgres' };
  assert.match(faultsOf(weak)[0]!, /^DATABASE_URL must not hold a password in production/);
});

test('Redis may be named by a connection string of .NET or its first endpoint, where our own name is not set', () => {
  const urlOf = (environment: NodeJS.ProcessEnv) => settingsOf(environment).redisUrl?.reveal();
  const text = 'cache:6380,user=us/er,password=p@=ss,ssl=True,abortConnect=false,defaultDatabase=2';
  assert.equal(urlOf({ ConnectionStrings__Redis: text }), 'rediss://us%2Fer:p%40%3Dss@cache:6380/2');
  assert.equal(urlOf({ ConnectionStrings__Redis: 'cache' }), 'redis://cache/0');
  assert.equal(urlOf({ ConnectionStrings__Redis: 'one:6379,two:6379,password=x y' }), 'redis://:x%20y@one:6379/0');
  assert.equal(urlOf({ ConnectionStrings__Redis: 'redis://cache/1' }), 'redis://cache/1');
  assert.equal(urlOf({ Redis__Endpoints__0: 'first:6379' }), 'redis://first:6379/0');
  assert.equal(urlOf({ Redis__Endpoints__0: 'first:6379', ConnectionStrings__Redis: 'cache' }), 'redis://cache/0');
  assert.equal(urlOf({ Redis__Endpoints__0: 'first:6379', REDIS_URL: 'redis://ours' }), 'redis://ours');
  assert.equal(urlOf({ Redis__Endpoints__0: '' }), undefined);
  assert.match(faultsOf({ Redis__Endpoints__0: 'a b' })[0]!, /^REDIS_URL, read by another name for it, must /);
});

const databaseAddresses = {
  weak: [
    'postgres://user:password@host:5432/database',
    'postgres://postgres:postgres@db/onsale',
    'postgres://onsale:onsale@db/onsale',
    'postgres://onsale:changeme@db/onsale',
    'postgres://onsale:change%2Dme%2Dnow@db/onsale',
    'postgres://onsale:s3cr@db/onsale',
    'postgres://onsale:secret123@db/onsale',
    'postgres://onsale:aaaaaaaaaaaa@db/onsale',
  ],
  good: ['postgres://onsale:v9Kq2mT7xL@db/onsale', 'postgres://db/onsale', 'postgres://onsale@db/onsale'],
};

/** For every secret setting: what production refuses, and what it takes. */
const secretsOfProduction: Readonly<
  Record<
    string,
    { readonly weak: readonly string[]; readonly good: readonly string[]; readonly beside?: NodeJS.ProcessEnv }
  >
> = {
  DATABASE_URL: databaseAddresses,
  DATABASE_DIRECT_URL: { ...databaseAddresses, beside: { DATABASE_URL: 'postgres://db/onsale' } },
  DATABASE_READ_URL: { ...databaseAddresses, beside: { DATABASE_URL: 'postgres://db/onsale' } },
  SMTP_URL: {
    weak: ['smtp://user:password@host:587', 'smtps://tickets:tickets@mail.example', 'smtp://u:1234@mail.example'],
    good: ['smtp://127.0.0.1:25', 'smtps://tickets:v9Kq2mT7xL@mail.example'],
  },
  REDIS_URL: redisAddresses,
  REDIS_CACHE_URL: redisAddresses,
  REDIS_LOCK_URLS: {
    weak: ['redis://a redis://:redis@b redis://c'],
    good: ['redis://:v9Kq2mT7xL@a redis://b rediss+cluster://c,d'],
  },
  OPENSEARCH_URL: {
    weak: ['https://admin:admin@search:9200', 'http://a:9200 https://onsale:onsale@b:9200'],
    good: ['http://search:9200', 'https://onsale:v9Kq2mT7xL@a:9200 https://b:9200'],
  },
  RABBITMQ_URL: {
    weak: ['amqp://guest:guest@mq', 'amqps://onsale:changeme@mq:5671/shop'],
    good: ['amqp://mq', 'amqps://onsale:v9Kq2mT7xL@mq:5671/shop?heartbeat=10'],
  },
  INTERNAL_SECRET: drawnSecrets,
  METRICS_TOKEN: drawnSecrets,
  STRIPE_SECRET_KEY: {
    weak: ['sk_test_q7Jm2vXb9Ld4Rk8TzWc5Yn1H', 'sk_live_short', 'sk_live_changeme_changeme_changeme', 'sk_test_local'],
    good: ['sk_live_q7Jm2vXb9Ld4Rk8TzWc5Yn1H', 'rk_live_q7Jm2vXb9Ld4Rk8TzWc5Yn1H'],
  },
  STRIPE_WEBHOOK_SECRET: stripeSecrets,
  STRIPE_CONNECT_WEBHOOK_SECRET: stripeSecrets,
};

test('production does not start with a secret that is short or stands in examples; elsewhere it may', () => {
  const secret = Object.values(schema).filter((setting) => 'secret' in setting);
  const tried = [...Object.keys(secretsOfProduction), 'TLS_KEY'];
  assert.deepEqual(secret.map(({ env }) => env).toSorted(), tried.toSorted(), 'every secret setting is tried here');
  for (const [env, { weak, good, beside }] of Object.entries(secretsOfProduction)) {
    for (const text of weak) {
      const faults = faultsOf({ ...beside, NODE_ENV: 'production', [env]: text });
      assert.deepEqual([faults.length, faults[0]!.startsWith(`${env} must `)], [1, true], faults.join());
      assert(!faults.join().includes(text) || text === 'secret');
      assert(readSettings({ ...beside, [env]: text }).accepted, `${text}: elsewhere it is nobody’s business`);
    }
    for (const text of good) assert(readSettings({ ...beside, NODE_ENV: 'production', [env]: text }).accepted, text);
  }
  assert.equal(settingsOf({ NODE_ENV: 'production' }).internalSecret, undefined, 'it draws its own');
});

test('production asks no stand-in of Stripe, and loads the demo only when asked to', () => {
  const base = { STRIPE_API_BASE: 'http://127.0.0.1:21111' };
  assert.match(faultsOf({ NODE_ENV: 'production', ...base }).join(), /^STRIPE_API_BASE is for tests/);
  assert(readSettings(base).accepted);
  assert.equal(settingsOf({}).demo, true);
  assert.equal(settingsOf({ NODE_ENV: 'production' }).demo, false);
  assert.equal(settingsOf({ NODE_ENV: 'production', DEMO: 'true' }).demo, true);
});

test('every setting may come from a file', () => {
  const file = `/tmp/onsale-setting-${process.pid}`;
  writeFileSync(file, '3007\n');
  assert.equal(settingsOf({ PORT_FILE: file }).port, 3007);
});

test('trusted proxies are addresses and networks', () => {
  assert.deepEqual(settingsOf({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies, ['10.0.0.0/8', '::1']);
  assert.deepEqual(settingsOf({}).trustedProxies, []);
  for (const wrong of ['10.0.0.0/33', 'proxy.local', '10.0.0.1,', '10.0.0/8', '::1/129', '10.0.0.0/8/8', '10.0.0.0/']) {
    assert.match(faultsOf({ TRUSTED_PROXIES: wrong })[0]!, /^TRUSTED_PROXIES must list addresses/);
  }
});

test('limits can be raised, named one by one, or switched off', () => {
  assert.deepEqual(settingsOf({}).rateLimits, { factor: 1, rules: [] });
  assert.equal(settingsOf({ RATE_LIMITS: 'off' }).rateLimits, null);
  assert.deepEqual(settingsOf({ RATE_LIMITS: 'x2.5, hold.customer=10:0.5' }).rateLimits, {
    factor: 2.5,
    rules: [{ limitClass: 'hold', subject: 'customer', rule: { burst: 10, perSecond: 0.5 } }],
  });
  for (const wrong of [
    'x0',
    'fast',
    'hold=1:1',
    'hold.guest=1:1',
    'hold.customer=0:1',
    'hold.customer=1:0',
    'x-1',
    'on,x2',
  ]) {
    assert.equal(faultsOf({ RATE_LIMITS: wrong }).length, 1, wrong);
  }
});

test('origins of other pages are whole origins', () => {
  assert.deepEqual(settingsOf({ CORS_ORIGINS: 'https://a.example,http://localhost:5173' }).corsOrigins.length, 2);
  assert.deepEqual(settingsOf({ CORS_ORIGINS: '*' }).corsOrigins, ['*']);
  for (const wrong of ['a.example', 'https://a.example/', 'https://a.example,*', 'ftp://a.example', 'null']) {
    assert.match(faultsOf({ CORS_ORIGINS: wrong })[0]!, /^CORS_ORIGINS must list origins/);
  }
});

test('a mail server is an SMTP address, a sender a name and an address', () => {
  assert.equal(
    settingsOf({ SMTP_URL: 'smtps://u:hush@mail.example' }).smtpUrl?.reveal(),
    'smtps://u:hush@mail.example',
  );
  assert.match(faultsOf({ SMTP_URL: 'http://hush' })[0]!, /^SMTP_URL must read smtp:/);
  assert(!faultsOf({ SMTP_URL: 'http://hush' })[0]!.includes('hush'));
  assert.equal(settingsOf({ MAIL_FROM: 'tickets@example.test' }).mailFrom, 'tickets@example.test');
  for (const wrong of ['Ana', 'Ana <ana>', 'Ana <a@b>\r\nBcc: <c@d>', 'a@b, c@d']) {
    assert.equal(faultsOf({ MAIL_FROM: wrong }).length, 1, wrong);
  }
});

test('numbers keep within what they can be', () => {
  assert.deepEqual([settingsOf({}).slowMs, settingsOf({}).databaseConnections], [1_000, undefined]);
  assert.deepEqual(
    [settingsOf({ SLOW_MS: '0' }).slowMs, settingsOf({ DATABASE_CONNECTIONS: '40' }).databaseConnections],
    [0, 40],
  );
  for (const wrong of [
    { DATABASE_CONNECTIONS: '7' },
    { DATABASE_CONNECTIONS: 'many' },
    { SLOW_MS: '-1' },
    { SLOW_MS: '1.5' },
  ])
    assert.match(faultsOf(wrong)[0]!, /must be a whole number from/);
});

test('roles are read in the order of all; what is none is named, and fewer than all take a database that others can use', () => {
  assert.deepEqual(settingsOf({}).roles, everyRole);
  const DATABASE_URL = 'postgres://onsale@db/onsale';
  assert.deepEqual(settingsOf({ ROLES: 'worker, api,api', DATABASE_URL }).roles, ['api', 'worker']);
  assert.deepEqual(settingsOf({ ROLES: 'booking', WORKERS: '3' }).roles, ['booking']);
  assert.deepEqual(faultsOf({ ROLES: 'api,sales', DATABASE_URL }), [
    'ROLES names "sales", which is no role; there are api, identity, catalog, booking, search, live, worker.',
  ]);
  assert.match(faultsOf({ ROLES: ',', DATABASE_URL })[0]!, /^ROLES names "", which is no role/);
  assert.deepEqual(faultsOf({ ROLES: 'api,identity,catalog,booking,search' }), [
    'ROLES leaves out live, worker: that takes DATABASE_URL, by which other processes are the rest.',
  ]);
});

test('what is said about an external PostgreSQL needs one', () => {
  const DATABASE_DIRECT_URL = 'postgres://h/d';
  assert.deepEqual(faultsOf({ DATABASE_DIRECT_URL, DATABASE_PREPARED: 'off' }), [
    'DATABASE_DIRECT_URL needs DATABASE_URL.',
    'DATABASE_PREPARED=off needs DATABASE_URL.',
  ]);
  assert(readSettings({ DATABASE_URL: 'postgres://h/d', DATABASE_DIRECT_URL, DATABASE_PREPARED: 'off' }).accepted);
});
