import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import {
  bodyRoomOf,
  gatewayFiles,
  readServedPaths,
  roleOfPath,
  roleRules,
  type ServedPath,
  usualRole,
} from '../support/gateway-files.ts';

const folder = new URL('../../deploy/gateway/', import.meta.url);

let paths: ServedPath[];
before(async () => {
  paths = await readServedPaths((await startTestApp()).core.slices);
});

test('the files of the gateway are what the routes make (npm run gateway)', () => {
  for (const [name, text] of Object.entries(gatewayFiles(paths))) {
    const file = new URL(name, folder);
    if (process.env.WRITE_GATEWAY) writeFileSync(file, text);
    else assert.equal(readFileSync(file, 'utf8'), text, `deploy/gateway/${name} is stale: npm run gateway`);
  }
});

test('the gateway sends every path to the role that has it, however it is spelled', () => {
  const rules = roleRules(paths);
  assert.ok(paths.length > 150 && rules.length < 80, `${rules.length} rules for ${paths.length} paths`);
  for (const { url, role } of paths) {
    // An id may look like the word beside it only where a route has that word.
    for (const id of ['1', 'RES_20260101000000_abc', 'Zzz.zz']) {
      const path = url.replaceAll(/:\w+/g, id).replace('*', 'any/where');
      assert.equal(roleOfPath(rules, path), role, path);
      assert.equal(roleOfPath(rules, `${path.toUpperCase()}/`), role, path);
    }
  }
  for (const path of ['/', '/nowhere', '/api/nowhere', '/apis', '/docs', '/openapi.json', '/health/ready']) {
    assert.equal(roleOfPath(rules, path), usualRole, path);
  }
});

test('the gateway lets in a body as large as the route of its path takes, and none larger', () => {
  assert.ok(new Set(paths.map(({ bodyBytes }) => bodyBytes)).size > 2);
  for (const { url, bodyBytes } of paths) {
    // A word that no route has in this place.
    assert.equal(bodyRoomOf(paths, url.replaceAll(/:\w+/g, 'RES_1').replace('*', 'any/where')), bodyBytes, url);
  }
});
