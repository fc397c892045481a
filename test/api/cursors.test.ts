import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { encodeCursor } from '../../src/platform/http/cursor.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const values = [0, -1, 1.5, 2 ** 31, 1e15, 1e300, 'x', '\u0000', '9'.repeat(30)];
const tampered = values.flatMap((one) => [encodeCursor([one]), encodeCursor([one, one])]);

describe('a cursor that was tampered with', needs('process'), () => {
  let desk: TestApp;
  let eventId: number;
  let paths: readonly string[];
  before(async () => {
    desk = await startTestApp();
    ({ eventId } = await boxOffice(desk).show());
    const api = desk.app.swagger() as unknown as {
      paths: Record<string, { get?: { parameters?: readonly { name: string }[] } }>;
    };
    paths = Object.entries(api.paths).flatMap(([path, { get }]) =>
      get?.parameters?.some(({ name }) => name === 'cursor') ? [path] : [],
    );
  });

  test('is refused by every list, and none fails over it', async () => {
    assert.ok(paths.length > 15, paths.join());
    for (const path of paths) {
      const url = path.replace('{organizer}', 'onsale').replace(/\{\w+\}/, String(eventId));
      const headers = path.startsWith('/api/me/') ? {} : desk.staff;
      assert.notEqual((await desk.app.inject({ url, headers })).statusCode, 404, url);
      for (const cursor of [...tampered, encodeCursor([]), encodeCursor(['relevance', 1e300, 1e300])]) {
        const answer = await desk.app.inject({ url, headers, query: { cursor } });
        assert.ok(answer.statusCode < 500, `${url}?cursor=${cursor}: ${answer.body}`);
      }
    }
  });
});
