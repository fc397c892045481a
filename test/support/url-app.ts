import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InjectOptions } from 'fastify';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import type { WireApp } from './app.ts';
import { createUrlClient, type Method, type TestClient } from './client.ts';
import { atEnd } from './database.ts';
import { type ShapeName, startShape, usualGuests } from './shapes.ts';

/** What a test asks of the server that a process of its own can be started with. */
interface ServerSettings {
  readonly trustedProxies: readonly string[] | undefined;
  readonly corsOrigins: readonly string[] | undefined;
  readonly limitsHolds: boolean | undefined;
}

/**
 * An Onsale that is reached by its address alone: the one that ONSALE_TEST_URL names (with its owner's key in ONSALE_TEST_KEY), else a
 * process of this file's own.
 */
export async function reachByUrl(settings: ServerSettings): Promise<WireApp> {
  const { url: address, ownerKey } = await findServer(settings);
  const client = createUrlClient(address);
  async function inject(asked: string | InjectOptions) {
    const { method = 'GET', url, query, headers, payload } = typeof asked === 'string' ? { url: asked } : asked;
    const search = query === undefined ? '' : `?${new URLSearchParams(query as Record<string, string>)}`;
    const path = `${url as string}${search}`;
    const reply = await client.send(method as Method, path, headers ?? {}, payload as object | undefined);
    const { status: statusCode, text: body, headers: answered } = reply;
    return { statusCode, body, payload: body, headers: answered, json: () => JSON.parse(body) };
  }
  const staff = { authorization: `Bearer ${ownerKey}` };
  return {
    client,
    app: { inject: inject as never },
    address: async () => address,
    ownerKey,
    staff,
    mailedToken: createMailReader(client, staff),
  };
}

async function findServer(settings: ServerSettings): Promise<{ url: string; ownerKey: string }> {
  const { trustedProxies, corsOrigins, limitsHolds } = settings;
  const { ONSALE_TEST_URL: named, ONSALE_TEST_KEY: key, ONSALE_TEST_SHAPE: shape } = process.env;
  const isUsual =
    !limitsHolds &&
    (trustedProxies ?? []).every((one) => (usualGuests.trustedProxies as readonly string[]).includes(one)) &&
    (corsOrigins ?? []).every((one) => (usualGuests.corsOrigins as readonly string[]).includes(one));
  if (named !== undefined && (isUsual || shape === undefined)) {
    if (key === undefined) throw new Error('ONSALE_TEST_URL needs ONSALE_TEST_KEY: the key of its owner');
    return { url: named, ownerKey: key };
  }
  // Not by a hook of its own, which would belong to the describe that happens to run and end with it.
  const folder = await makeTemporaryDataFolder();
  atEnd(() => folder.remove());
  const server = await startShape((shape ?? 'embedded') as ShapeName, {
    dataDir: join(folder.path, 'data'),
    env: {
      HOLD_LIMITS: limitsHolds ? 'on' : 'off',
      ...(corsOrigins && { CORS_ORIGINS: corsOrigins.join(',') }),
      ...(process.env.ONSALE_TEST_WORKERS && { WORKERS: process.env.ONSALE_TEST_WORKERS }),
    },
  });
  atEnd(() => server.stop());
  return server;
}

/** Reads kept mails, as whoever sits at the machine: it waits for one whose token was not read yet, since mails come a moment later. */
function createMailReader(client: TestClient, staff: object) {
  const read = new Set<string>();
  return async (email: string, page = ''): Promise<string> => {
    let newest: string | undefined;
    for (let turn = 0; turn < 240; turn++) {
      const { body } = await client.send('GET', `/dev/mail?to=${encodeURIComponent(email)}&format=json`, staff);
      for (const { mailId } of body.items as { mailId: string }[]) {
        const { text } = await client.send('GET', `/dev/mail/${mailId}?format=text`, staff);
        const [, to = '', token] = /\/(verify|reset|mail-address|invitation)#token=([\w-]+)/.exec(text) ?? [];
        if (!to.startsWith(page)) continue;
        newest ??= token;
        if (token === undefined || read.has(token)) continue;
        read.add(token);
        return token;
      }
      await sleep(250);
    }
    if (newest === undefined) throw new Error(`No mail to ${email} carries a token`);
    return newest;
  };
}
