import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import { readRoutes } from '../../src/edges/http/read-routes.ts';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

test(
  'every answer of every route has a schema that compiles: a server compiles it with the first one',
  needs('process'),
  async () => {
    const { core } = await startTestApp();
    const compile = SerializerSelector()();
    let count = 0;
    for (const { method, url, schema } of await readRoutes(core.routes)) {
      for (const [httpStatus, answer] of Object.entries(schema?.response ?? {})) {
        assert.doesNotThrow(
          () => compile({ method: String(method), url, httpStatus, schema: answer }),
          `${method} ${url}: ${httpStatus}`,
        );
        count += 1;
      }
    }
    assert.ok(count > 200, `${count} schemas`);
  },
);
