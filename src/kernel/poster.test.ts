import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { drawPoster } from './poster.ts';
import { setWords, textWidth } from './poster-words.ts';

test('the same title gives the same picture, whatever its case and however its accents are written', () => {
  const drawn = drawPoster({ title: 'Café Noir', type: 'MusicEvent', form: 'plain' });
  assert.equal(drawPoster({ title: 'CAFE\u0301 noir', type: 'MusicEvent', form: 'plain' }), drawn);
  assert.notEqual(drawPoster({ title: 'Cafe Noir', type: 'MusicEvent', form: 'plain' }), drawn);
  assert.notEqual(drawPoster({ title: 'Café Noir', type: 'MusicEvent', form: 'plain', look: 1 }), drawn);
});

test('no title breaks the picture, leaves its room or grows over 20 kB', () => {
  const title = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constantFrom('', ' ', '<script>', '歌舞伎'),
  );
  fc.assert(
    fc.property(
      title,
      fc.constantFrom('tall', 'wide', 'plain'),
      fc.oneof(fc.string(), fc.constantFrom('constructor', 'MusicEvent')),
      (text, form, type) => {
        const svg = drawPoster({ title: text, type, form, note: 'Sat 16 Jan' });
        assert.ok(svg.length < 20_000, String(svg.length));
        assert.doesNotMatch(svg, /NaN|undefined|Infinity|<script|style=/);
        const words = setWords(text, { width: 352, height: 170, sizeMax: 74 });
        for (const line of words?.lines ?? []) assert.ok(textWidth(line) * words!.size <= 353);
      },
    ),
  );
});

test('a title of many words is cut after four lines, and a right-to-left one is set from the right', () => {
  const long = setWords(Array.from({ length: 60 }, () => 'word').join(' '), { width: 352, height: 170, sizeMax: 74 })!;
  assert.ok(long.lines.length <= 4);
  assert.match(drawPoster({ title: 'ליל הפסנתר' }), /direction="rtl"/);
});
