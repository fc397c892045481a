import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDocument } from '../../features/storefront/domain/document.ts';
import { namedIn } from './page-requests.ts';

const file = (script: string, styles: string[], imports: string[]) => ({ script, styles, css: '', imports });

test('what a page of the shop names is loaded: styles and scripts, then fonts, then the icon, each once', () => {
  const html = renderDocument(
    {
      language: 'en',
      title: '<script src="/assets/no.js">',
      canonical: 'http://127.0.0.1/e/1',
      jsonLd: { name: '<link rel="stylesheet" href="/assets/no.css">' },
      answers: { '/api/events/1': { title: '<script src="/assets/no.js"></script>' } },
    },
    {
      theme: file('/assets/theme.js', [], []),
      entry: file('/assets/shop.js', ['/assets/a.css', '/assets/b.css'], ['/assets/view.js', '/assets/view.js']),
      fonts: ['/assets/inter.woff2'],
      icon: '/assets/icon.svg',
    },
  );
  assert.deepEqual(
    namedIn(html).map(({ path, step }) => `${step} ${path}`),
    [
      'page:script /assets/theme.js',
      'page:style /assets/a.css',
      'page:style /assets/b.css',
      'page:script /assets/view.js',
      'page:script /assets/shop.js',
      'page:font /assets/inter.woff2',
      'page:icon /assets/icon.svg',
    ],
  );
});

test('styles that stand in the page are not loaded again', () => {
  const html = `<style>a{}</style><link rel="stylesheet" href="/assets/in.css" disabled><link rel="stylesheet" href="/assets/out.css">`;
  assert.deepEqual(
    namedIn(html).map(({ path }) => path),
    ['/assets/out.css'],
  );
});

test('what lies elsewhere, or is only mentioned, is not loaded', () => {
  const html = `<link rel="canonical" href="/e/1"><link rel="stylesheet" href="https://x.example/a.css">
<script src="//x.example/a.js"></script><link rel="preload" as="image" href="/a.png"><a href="/assets/a.js">a</a>`;
  assert.deepEqual(namedIn(html), []);
});
