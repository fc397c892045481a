import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { noWebApp, type WebApp } from '../../src/platform/web-app/web-app.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { samplePlan } from '../support/sample-plan.ts';

/** As built, but without files: what pages link to. */
const webApp: WebApp = {
  state: 'built',
  version: 'test',
  entry: (entry, views = []) => ({
    script: `/assets/${entry}-1.js`,
    styles: [`/assets/${entry}-1.css`],
    css: "a{content:'</style>'}",
    imports: views.map((view) => `/assets/${view.replaceAll(/[^a-z]/g, '-')}.js`),
  }),
  fonts: () => ['/assets/inter-latin-wght-normal-1.woff2'],
  icon: () => '/assets/icon-1.svg',
  asset: async (name, accepted) =>
    name === 'shop-1.js'
      ? {
          type: 'text/javascript; charset=utf-8',
          body: Buffer.from('run()'),
          encoding: accepted === 'br' ? 'br' : null,
        }
      : null,
  close: async () => {},
};

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const german = { ...browser, 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };
/** A title that would end the data, and begin a script, if it could. */
const evil = 'Nina </script><script>alert(1)</script><!-- & "Ute"';

describe('pages of the shop', () => {
  let testApp: TestApp;
  let office: BoxOffice;
  let eventId: number;
  before(async () => {
    testApp = await startTestApp({ webApp });
    office = boxOffice(testApp);
    ({ eventId } = await office.show({ title: evil }));
    await testApp.runJobs();
  });
  const get = (url: string, headers: Record<string, string> = browser, from: object = {}) =>
    testApp.app.inject({ url, headers, ...from });
  /** The elements of this name, as their attributes and their text. */
  const elements = (html: string, name: string) =>
    [...html.matchAll(new RegExp(`<${name}\\b([^>]*)>([\\s\\S]*?)</${name}>`, 'g'))].map(
      ([, attributes = '', text = '']) => ({
        attributes,
        text,
      }),
    );
  const dataOf = (html: string) => {
    const data = elements(html, 'script').find(({ attributes }) => attributes.includes('id="page-data"'));
    return (JSON.parse(data!.text) as { answers: Record<string, unknown> }).answers;
  };
  /** No script stands in the page: each is a file of ours, or data that no browser runs. */
  function assertNoInlineScript(html: string): void {
    for (const { attributes, text } of elements(html, 'script')) {
      if (/ type="application\/(ld\+)?json"/.test(attributes)) {
        JSON.parse(text);
        assert.doesNotMatch(text, /[<\u2028\u2029]/);
      } else {
        assert.match(attributes, / src="\/assets\/[\w-]+\.js"/);
        assert.equal(text, '');
      }
    }
    assert.doesNotMatch(html, /\son[a-z]+\s*=|javascript:|\sstyle="/i);
    assert(!html.includes('alert(1)</script>'));
  }

  function assertStrict(policy: unknown): void {
    assert.match(String(policy), /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'.*base-uri 'none'/);
    assert.doesNotMatch(String(policy), /unsafe|\*|https?:|data:[^;]*script/);
  }

  test('the home page begins with its shows, as HTML and as data that cannot break out of it', async () => {
    const page = await get('/');
    assert.deepEqual([page.statusCode, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
    assertNoInlineScript(page.body);
    assertStrict(page.headers['content-security-policy']);
    assert.deepEqual(dataOf(page.body)['/api/search'], (await get('/api/search', {})).json());
    assert.match(page.body, /Nina &lt;\/script&gt;&lt;script&gt;alert\(1\)/);
    assert.match(page.body, new RegExp(`href="/e/${eventId}/`));
    for (const file of ['shop-1.js', 'shop-1.css', 'theme-1.js', 'inter-latin-wght-normal-1.woff2', 'icon-1.svg']) {
      assert(page.body.includes(`"/assets/${file}"`), file);
    }
    assert.match(page.body, /<link rel="canonical" href="http:\/\/localhost:3000\/">/);
  });

  test('a page that the server begins holds its styles, and its policy lets no others in', async () => {
    for (const url of ['/', `/e/${eventId}`, '/o/onsale']) {
      const page = await get(url, browser);
      const { body, headers } = page.statusCode === 301 ? await get(String(page.headers.location)) : page;
      const styles = elements(body, 'style');
      assert.deepEqual(
        styles.map(({ text }) => text),
        ["a{content:'<\\/style>'}"],
        url,
      );
      const hash = createHash('sha256').update(styles[0]!.text).digest('base64');
      assert(String(headers['content-security-policy']).includes(`; style-src 'self' 'sha256-${hash}'; `), url);
      // The app finds the link and loads nothing; nor does the browser.
      assert.match(body, /<link rel="stylesheet" href="\/assets\/shop-1\.css" disabled>/);
      assert.match(body, /<script type="module" src="\/assets\/shop-1\.js" fetchpriority="low">/);
    }
    for (const url of ['/?q=piano', '/tickets', '/nowhere', '/pay/abc']) {
      const { body, headers } = await get(url);
      assert.deepEqual(elements(body, 'style'), [], url);
      assert.match(String(headers['content-security-policy']), /; style-src 'self'; /);
      assert.match(body, /<link rel="stylesheet" href="\/assets\/shop-1\.css">/);
    }
  });

  test('the page of a show names its picture for those who link to it, with its size and in its language; others have none', async () => {
    for (const [headers, language, alt] of [
      [browser, 'en', 'Poster of Nina'],
      [german, 'de', 'Plakat: Nina'],
    ] as const) {
      const { body } = await get(`/e/${eventId}`, headers);
      const meta = new Map(
        [...body.matchAll(/<meta (?:property|name)="([^"]*)" content="([^"]*)">/g)].map(([, name, value]) => [
          name,
          value,
        ]),
      );
      assert.equal(meta.get('og:image'), `http://localhost:3000/e/${eventId}/poster.png?language=${language}`);
      assert.deepEqual(
        ['type', 'width', 'height'].map((part) => meta.get(`og:image:${part}`)),
        ['image/png', '1200', '630'],
      );
      assert.ok(meta.get('og:image:alt')?.startsWith(alt) === true, `${meta.get('og:image:alt')}`);
      assert.equal(meta.get('twitter:card'), 'summary_large_image');
      assert.equal((await get(`/e/${eventId}/poster.png?language=${language}`)).headers['content-type'], 'image/png');
    }
    const home = (await get('/')).body;
    assert.doesNotMatch(home, /og:image/);
    assert.match(home, /<meta name="twitter:card" content="summary">/);
  });

  test('what is looked for is not listed by search engines, and its page is the same whatever it is', async () => {
    const [one, other] = await Promise.all(['/?q=piano', '/?q=</script><script>alert(1)'].map((url) => get(url)));
    assert.equal(one!.body, other!.body);
    assert.match(one!.body, /<meta name="robots" content="noindex">/);
    assert.doesNotMatch(one!.body, /canonical/);
    assertNoInlineScript(one!.body);
  });

  test('who has the page already is answered 304, until it changes; caches keep it apart by language and encoding', async () => {
    const page = await get('/');
    const etag = String(page.headers.etag);
    assert.match(String(page.headers['cache-control']), /^public, max-age=0, s-maxage=60/);
    assert.deepEqual(
      String(page.headers.vary)
        .toLowerCase()
        .split(', ')
        .filter((name) => name.startsWith('accept'))
        .sort(),
      ['accept-encoding', 'accept-language'],
    );
    const again = await get('/', { ...browser, 'if-none-match': etag });
    assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag]);
    const otherLanguage = await get('/', { ...german, 'if-none-match': etag });
    assert.equal(otherLanguage.statusCode, 200);
    await office.show({ title: 'New in town' });
    await testApp.runJobs();
    testApp.clock.advance(11_000);
    const changed = await get('/', { ...browser, 'if-none-match': etag });
    assert.equal(changed.statusCode, 200);
    assert.match(changed.body, /New in town/);
  });

  test('the page is packed as it is accepted', async () => {
    const plain = (await get('/')).body;
    const packed = async (accepted: string) => get('/', { ...browser, 'accept-encoding': accepted });
    const br = await packed('gzip, deflate, br');
    assert.deepEqual([br.headers['content-encoding'], brotliDecompressSync(br.rawPayload).toString()], ['br', plain]);
    const gzip = await packed('gzip;q=0.8, br;q=0');
    assert.deepEqual([gzip.headers['content-encoding'], gunzipSync(gzip.rawPayload).toString()], ['gzip', plain]);
    const none = await packed('identity');
    assert.deepEqual([none.headers['content-encoding'], none.body], [undefined, plain]);
  });

  test('the language is the one that the browser likes best, English where it knows none of ours', async () => {
    for (const [accepted, language] of [
      ['de-AT,de;q=0.9,en;q=0.5', 'de'],
      ['en;q=0.5, de;q=0.4', 'en'],
      ['fr, it;q=0.3', 'en'],
      ['', 'en'],
    ] as const) {
      const { body } = await get('/', { ...browser, 'accept-language': accepted });
      assert(body.includes(`<html lang="${language}"`), accepted);
      // The texts of one language are loaded, and not those of the other.
      assert(body.includes(`texts-${language}-first`) && !body.includes(`texts-${language === 'de' ? 'en' : 'de'}-`));
    }
  });

  test('the page of a show holds what the API says of it, and changes with it at once', async () => {
    const moved = await get(`/e/${eventId}/whatever`);
    assert.equal(moved.statusCode, 301);
    assert.match(String(moved.headers.location), new RegExp(`^/e/${eventId}/nina`));
    const page = await get(String(moved.headers.location));
    assert.equal(page.statusCode, 200);
    assertNoInlineScript(page.body);
    assertStrict(page.headers['content-security-policy']);
    const shown = dataOf(page.body)[`/api/events/${eventId}`] as { title: string; eventId: number };
    assert.deepEqual([shown.title, shown.eventId], [(await get(`/api/events/${eventId}`, {})).json().title, eventId]);
    const changed = await office.send('PUT', `/api/events/${eventId}`, office.staff, { title: 'Another name' });
    assert.equal(changed.status, 200, changed.text);
    assert.match((await get(`/e/${eventId}`)).body, /<title>Another name/);
  });

  test('a show that is not there, or not yet public, is a page that says so', async () => {
    const draft = await office.show({ status: 'draft' });
    for (const id of [999_999, draft.eventId, 0, -1, 1.5, '1e3', 'x', '%00', '9'.repeat(40)]) {
      const page = await get(`/e/${id}`);
      assert.equal(page.statusCode, 404, String(id));
      assert.match(String(page.headers['content-type']), /^text\/html/);
      assert.match(page.body, /<meta name="robots" content="noindex">/);
    }
  });

  test('pages that depend on who looks are kept by nobody, and hold nothing of anybody', async () => {
    for (const url of ['/tickets', '/order/a.b', '/account', '/account/security', '/sign-in', '/e/99/seats']) {
      const page = await get(url);
      assert.equal(page.statusCode, 200, url);
      assert.equal(page.headers['cache-control'], 'private, no-store', url);
      assertNoInlineScript(page.body);
      assertStrict(page.headers['content-security-policy']);
      assert.deepEqual(dataOf(page.body), {});
      assert.match(page.body, /noindex/);
    }
  });

  test('the page of a seat map holds the show, and has the browser ask for its seats while the app still loads', async () => {
    const asked = ({ body }: { readonly body: string }) =>
      [...body.matchAll(/<link rel="preload" href="([^"]+)" as="fetch" crossorigin>/g)].map(([, path]) => path);
    const plan = await office.send('POST', '/api/seating-plans', office.staff, samplePlan());
    const { seatingPlanId } = plan.body;
    const seated = await office.show({
      title: 'Seated',
      seatingPlanId,
      ticketTypes: [{ name: 'Stalls', categories: ['Front', 'Back'], price: 9 }],
    });
    const page = await get(`/e/${seated.eventId}/seats`);
    assert.deepEqual([page.statusCode, page.headers['cache-control']], [200, 'private, no-store']);
    assertNoInlineScript(page.body);
    assertStrict(page.headers['content-security-policy']);
    const path = `/api/events/${seated.eventId}`;
    assert.deepEqual(dataOf(page.body), { [path]: (await get(path, {})).json() });
    const { geometry } = (await get(`${path}/seats`, {})).json();
    assert.deepEqual(asked(page), [`${path}/seats`, geometry]);
    assert.match(page.body, /noindex/);

    // Without seats there is no map to ask for; a new title is seen at once.
    assert.deepEqual(asked(await get(`/e/${eventId}/seats`)), [`/api/events/${eventId}/seats`]);
    await office.send('PUT', path, office.staff, { title: 'Renamed' });
    assert.match((await get(`/e/${seated.eventId}/seats`)).body, /<title>Renamed/);
  });

  test('only the page that takes a card runs what the app adds, by a nonce that is new each time; of Stripe nothing without Stripe', async () => {
    const nonces = new Set<string>();
    for (const url of ['/pay/abc', '/pay/abc/back', '/pay/abc']) {
      const page = await get(url);
      assert.equal(page.headers['cache-control'], 'private, no-store');
      const policy = String(page.headers['content-security-policy']);
      const [, nonce = ''] = /script-src 'self' 'nonce-([\w+/=]{20,})';/.exec(policy) ?? [];
      assert(page.body.includes(`nonce="${nonce}"`));
      nonces.add(nonce);
      assert.doesNotMatch(policy, /unsafe|https?:|stripe/);
    }
    assert.equal(nonces.size, 3);
  });

  test('a link to nowhere is a page for a browser', async () => {
    const page = await get('/nowhere', german);
    assert.deepEqual([page.statusCode, page.headers['cache-control']], [404, 'no-store']);
    assert.match(page.body, /^<!doctype html>\n<html lang="de"/);
    assertNoInlineScript(page.body);
  });

  test('files are kept for good', async () => {
    const file = await get('/assets/shop-1.js', { 'accept-encoding': 'br' });
    assert.deepEqual(
      [file.statusCode, file.body, file.headers['content-encoding'], file.headers['cache-control'], file.headers.vary],
      [200, 'run()', 'br', 'public, max-age=31536000, immutable', 'accept-encoding'],
    );
    assert.equal(file.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(file.headers['x-content-type-options'], 'nosniff');
    for (const url of ['/assets/', '/assets/..%2f..%2fpackage.json', '/assets/../package.json']) {
      assert.equal((await get(url, {})).statusCode, 404, url);
    }
  });

  test('the parts are shown to whoever sits at the machine, and to nobody else', async () => {
    const near = { host: 'localhost:3000' };
    assert.equal((await get('/dev/parts', near)).statusCode, 200);
    for (const [headers, from] of [
      [near, { remoteAddress: '203.0.113.9' }],
      [{ host: 'onsale.example' }, {}],
      [{ ...near, 'x-forwarded-for': '203.0.113.9' }, {}],
    ] as const) {
      assert.equal((await get('/dev/parts', headers, from)).statusCode, 404);
    }
    const fronted = await startTestApp({ database: testApp.database, webApp, publicUrl: 'https://onsale.example' });
    assert.equal((await fronted.app.inject({ url: '/dev/parts', headers: near })).statusCode, 404);
  });

  test('while the app is built its pages say so and look again; the rest goes on', async () => {
    const building = { ...noWebApp, state: 'building' as const };
    const { app: early } = await startTestApp({ database: testApp.database, webApp: building });
    for (const url of ['/', `/e/${eventId}`, '/tickets', '/pay/abc']) {
      const page = await early.inject({ url, headers: browser });
      assert.deepEqual(
        [page.statusCode, page.headers['retry-after'], page.headers['cache-control']],
        [503, '2', 'no-store'],
      );
      const [style] = elements(page.body, 'style');
      const hash = createHash('sha256').update(style!.text).digest('base64');
      assert(String(page.headers['content-security-policy']).includes(`style-src 'sha256-${hash}'`));
      assert.match(page.body, /http-equiv="refresh"/);
    }
    assert.equal((await early.inject('/api/search')).statusCode, 200);
    assert.equal((await early.inject({ url: '/dev/parts', headers: { host: 'localhost' } })).statusCode, 404);
  });
});
