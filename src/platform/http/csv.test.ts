import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv } from './csv.ts';

/** The one cell of a document, as a reader of CSV takes it. */
function cellOf(text: string): string {
  const [, written] = /^\uFEFFname\r\n([\s\S]*)\r\n$/.exec(toCsv(['name'], [[text]]))!;
  return written!.startsWith('"') ? written!.slice(1, -1).replaceAll('""', '"') : written!;
}

test('begins so that Excel reads it as UTF-8', () => {
  assert.equal(toCsv(['a', 'b'], [['Ä', 1]]), '\uFEFFa,b\r\nÄ,1\r\n');
});

test('text that a spreadsheet would take for a formula is text', () => {
  const formulas = [
    '=1+1',
    '+1',
    '-1',
    '@A1',
    '\t=1',
    '\r=1',
    '\n=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠A1',
    ' =1',
    '\u200B=1',
    '\u00A0+1',
    '﹢1',
  ];
  for (const text of formulas) assert.equal(cellOf(text), `'${text}`, JSON.stringify(text));
});

test('other text stays as it is', () => {
  for (const text of ['Ana', 'a=b', '1-2', 'x@y.example', '"quoted"', 'a,b', 'two\nlines', '’s'])
    assert.equal(cellOf(text), text);
  assert.equal(toCsv(['n'], [[-5], [null], [true]]), '\uFEFFn\r\n-5\r\n\r\ntrue\r\n');
});
