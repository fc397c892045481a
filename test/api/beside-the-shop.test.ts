import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type WireApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('what programs find beside the shop', () => {
  let app: WireApp['app'];
  let office: BoxOffice;
  let eventId: number;
  before(async () => {
    const testApp = await startTestApp();
    ({ app } = testApp);
    office = boxOffice(testApp);
    ({ eventId } = await office.show());
  });

  test('a link to nowhere is a problem, and below /api and for files it is one for browsers too', async () => {
    for (const [url, headers] of [
      ['/nowhere', { accept: 'application/json' }],
      ['/nowhere', {}],
      ['/api/nowhere', browser],
      ['/assets/none.js', browser],
      ['/assets/..%2f..%2fpackage.json', browser],
    ] as const) {
      const problem = await app.inject({ url, headers });
      assert.equal(problem.statusCode, 404);
      assert.match(String(problem.headers['content-type']), /^application\/problem\+json/, url);
      assert.equal(problem.json().code, 'NOT_FOUND');
    }
    const posted = await app.inject({ method: 'POST', url: '/nowhere', headers: browser });
    assert.match(String(posted.headers['content-type']), /^application\/problem\+json/);
  });

  test('robots hear what is nobody’s business, and where all public addresses stand', async () => {
    const robots = await app.inject('/robots.txt');
    assert.equal(robots.statusCode, 200);
    for (const path of ['/api/', '/pay/', '/order/', '/tickets', '/account', '/dev/']) {
      assert(robots.body.includes(`\nDisallow: ${path}\n`), path);
    }
    assert.match(robots.body, /\nSitemap: https?:\/\/[^/]+\/sitemap\.xml\n$/);
  });

  test('the sitemap has what is public, and no draft', async () => {
    const draft = await office.show({ title: 'Secret', status: 'draft' });
    const index = await app.inject('/sitemap.xml');
    const files = [...index.body.matchAll(/<loc>https?:\/\/[^/]+(.*?)<\/loc>/g)].map(([, path]) => path!);
    assert(files.length >= 2, index.body);
    const texts = await Promise.all(files.map(async (url) => app.inject(url)));
    for (const { statusCode, headers, body } of texts) {
      assert.deepEqual([statusCode, headers['content-type']], [200, 'application/xml; charset=utf-8']);
      assert.match(body, /^<\?xml [\s\S]*<\/urlset>\n$/);
    }
    const all = texts.map(({ body }) => body).join();
    assert.match(all, new RegExp(`/e/${eventId}/`));
    assert.doesNotMatch(all, new RegExp(`/e/${draft.eventId}/`));
  });

  test('a file of the sitemap that there is not is a problem', async () => {
    for (const file of ['shows-999999', 'shows-x', 'shows--1', 'shows-1.5', 'other']) {
      const answer = await app.inject(`/sitemap-${file}.xml`);
      assert.deepEqual([answer.statusCode, answer.json().code], [404, 'NOT_FOUND'], file);
    }
  });

  test('who comes through a proxy does not see the parts', async () => {
    const headers = { host: 'localhost:3000', 'x-forwarded-for': '203.0.113.9' };
    assert.equal((await app.inject({ url: '/dev/parts', headers })).statusCode, 404);
  });
});
