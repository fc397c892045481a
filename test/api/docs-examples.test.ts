import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { loadDemo } from '../../src/compose/demo.ts';
import { type ApiDocument, exampleOf, examples, operationsOf } from '../../src/edges/http/docs/describe.ts';
import { sampleRequest } from '../../src/edges/http/docs/example.ts';
import { createTries, type SentRequest } from '../../src/edges/http/docs/try-example.ts';
import { createApiKey } from '../../src/features/identity/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

let desk: TestApp;
let api: ApiDocument;
let key: string;

before(async () => {
  desk = await startTestApp();
  await desk.database.query('DELETE FROM api_keys');
  await loadDemo(desk.core.slices, desk.database, {
    actor: 'system',
    correlationId: 'demo',
    now: desk.clock.now(),
    organizerId: 1,
  });
  const context = { actor: 'system', correlationId: 'demo', now: desk.clock.now(), organizerId: 1 };
  ({ key } = await createApiKey(desk.database, { name: 'owner', scopes: ['*'], platformOwner: true }, context));
  api = desk.app.swagger() as unknown as ApiDocument;
});

describe('the examples of /docs', () => {
  test(
    'groups stand in the order of a sale, each with a sentence, and every operation is in one',
    needs('clock', 'database', 'process'),
    () => {
      const names = ['Shows', 'Search', 'Holds', 'Purchases', 'Tickets', 'Account', 'Staff', 'Operation'];
      assert.deepEqual(
        api.tags?.map(({ name }) => name),
        names,
      );
      for (const { description } of api.tags ?? []) assert.match(description, /^[A-Z].+\.$/);
      for (const { operation, label } of operationsOf(api)) {
        assert.equal(operation.tags?.length, 1, label);
        assert.ok(names.includes(operation.tags[0]!), label);
      }
    },
  );

  test(
    'the page shows every operation without a script, in these groups, and is small on the way',
    needs('clock', 'database', 'process'),
    async () => {
      const { app } = desk;
      const page = await app.inject('/docs');
      const found = [...page.body.matchAll(/<h2 id="(\w+)">/g)].map(([, name]) => name);
      assert.deepEqual(
        found,
        api.tags?.map(({ name }) => name),
      );
      for (const { label } of operationsOf(api)) assert.ok(page.body.includes(label.split(' ')[1]!), label);
      assert.match(page.body, /<li>409 <code>SOLD_OUT<\/code>: /);
      const packed = await app.inject({ url: '/docs', headers: { 'accept-encoding': 'gzip, br' } });
      assert.equal(packed.headers['content-encoding'], 'gzip');
      assert.equal(gunzipSync(packed.rawPayload).toString(), page.body);
      assert.ok(packed.rawPayload.length < 64 * 1024);
      const plain = await app.inject({ url: '/docs', headers: { 'accept-encoding': 'gzip;q=0' } });
      assert.equal(plain.headers['content-encoding'], undefined);
      const described = await app.inject({ url: '/openapi.json', headers: { 'accept-encoding': 'br' } });
      assert.equal(described.headers['content-encoding'], 'br');
      const whole = JSON.parse(brotliDecompressSync(described.rawPayload).toString()) as ApiDocument;
      assert.deepEqual(Object.keys(whole.paths ?? {}), Object.keys(api.paths ?? {}));
    },
  );

  test(
    'every operation has one, with a value for every id of its path and for what its body needs',
    needs('clock', 'database', 'process'),
    () => {
      for (const { label, operation } of operationsOf(api)) {
        assert.ok(exampleOf(label), label);
        for (const { in: place, name, required, example } of operation.parameters ?? []) {
          if (place === 'path' || (required && label !== 'GET /dev/mail'))
            assert.notEqual(example, undefined, `${label}: ${name}`);
        }
        for (const { example } of Object.values(operation.requestBody?.content ?? {})) {
          if (operation.requestBody!.required) assert.notEqual(example, undefined, label);
        }
      }
      const known = new Set(operationsOf(api).map(({ label }) => label));
      assert.deepEqual(
        Object.keys(examples).filter((label) => !known.has(label.replace(/#.*/, ''))),
        [],
      );
    },
  );

  test(
    'each works as it stands, after those whose answers it needs',
    needs('clock', 'database', 'process'),
    async () => {
      const tries = readersTries();
      tries.useKey(key);
      const wrong: string[] = [];
      for (const [label, { answers }] of Object.entries(examples)) {
        try {
          const { answer } = await tries.ask(label);
          const isAsSaid = answers === undefined ? answer.status < 300 : answer.status === answers;
          if (!isAsSaid) wrong.push(`${label}: ${answer.status} ${answer.text.slice(0, 300)}`);
        } catch (error) {
          wrong.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      assert.deepEqual(wrong, []);
    },
  );

  test(
    'written as they stand in OpenAPI they are never called wrong, with a key or without',
    needs('clock', 'database', 'process'),
    async () => {
      for (const { label } of operationsOf(api)) {
        const example = exampleOf(label)!;
        const { method, url, body } = sampleRequest(label, example);
        for (const authorization of [undefined, `Bearer ${key}`]) {
          const headers = {
            ...(authorization !== undefined && example.as !== 'account' && { authorization }),
            ...(body !== undefined && { 'content-type': example.contentType ?? 'application/json' }),
          };
          const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
          const { statusCode, body: text } = await desk.app.inject({
            method: method as 'GET',
            url,
            headers,
            ...payload,
          });
          const isWrong = statusCode >= 500 || /"code":"(VALIDATION_FAILED|REQUEST_INVALID)"/.test(text);
          assert.ok(!isWrong, `${label}: ${statusCode} ${text}`);
        }
      }
    },
  );
});

/** Somebody who reads `/docs` and tries its examples; while a mail is waited for, it is sent. */
function readersTries() {
  return createTries({
    examples,
    now: () => desk.clock.now(),
    wait: () => desk.runJobs(),
    async send({ method, url, headers, body }: SentRequest) {
      const payload = body === undefined ? {} : { payload: body };
      const answer = await desk.app.inject({ method: method as 'GET', url, headers, ...payload });
      const token = answer.headers['x-session-token'];
      return { status: answer.statusCode, text: answer.body, sessionToken: token === undefined ? null : String(token) };
    },
  });
}
