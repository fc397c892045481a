import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { drawPoster } from '../../../kernel/poster.ts';
import { drawings, palettes } from '../../../kernel/poster-drawings.ts';
import { drawPicture } from './draw-picture.ts';
import { readPoster } from './poster-shapes.ts';

const [width, height] = [1_200, 630];

/** The pixels of a PNG as `writePng` writes it: one piece of data, rows without a filter. */
function pixelsOf(png: Buffer): (x: number, y: number) => string {
  assert.equal(png.subarray(1, 4).toString('latin1'), 'PNG');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
  const data = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  assert.equal(data.length, height * (1 + width * 3));
  return (x, y) => `#${data.subarray(y * (1 + width * 3) + 1 + x * 3).toString('hex', 0, 3)}`;
}

test('the picture of a show is its poster: ground, words in ink at the left, the drawing at the right', () => {
  const poster = { title: 'Night Tide Piano', type: 'MusicEvent', note: 'Sat 16 Jan 2027 · Hall' };
  const pixel = pixelsOf(drawPicture(poster));
  const ground = pixel(2, 2);
  const palette = palettes.find(([colour]) => colour === ground)!;
  assert.ok(palette, ground);
  const seen = (from: number, to: number) => {
    const found = new Set<string>();
    for (let y = 0; y < height; y++) for (let x = from; x < to; x++) found.add(pixel(x, y));
    return found;
  };
  const left = seen(0, 500);
  assert.ok(left.has(palette[1]), 'words');
  assert.ok(!left.has(palette[2]) && !left.has(palette[3]), 'nothing of the drawing behind them');
  assert.ok(seen(506, width).has(palette[2]), 'the drawing');
  assert.deepEqual(drawPicture(poster), drawPicture(poster));
});

test('titles in any script are set, within their room; without a title there is the drawing alone', () => {
  for (const title of ['歌舞伎座', 'ליל הפסנתר', 'حفلة موسيقية', 'Łódź', '<b> & "x"', '🎹', 'W'.repeat(60), '']) {
    const pixel = pixelsOf(drawPicture({ title, type: 'MusicEvent', note: title }));
    const ground = pixel(2, 2);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < 30; x++) assert.equal(pixel(x, y), ground, `${title} at ${x} ${y}`);
  }
});

test('everything that posters are made of is drawn', () => {
  const kinds = new Set<string>();
  const next = () => 0.5;
  for (const [name, draw] of Object.entries(drawings)) {
    const parts = readPoster(`<svg>${draw(next, palettes[0]!)}</svg>`, 1);
    assert.ok(parts.length > 0, name);
    kinds.add(name);
  }
  assert.equal(kinds.size, Object.keys(drawings).length);
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom('MusicEvent', 'Festival', 'DanceEvent', 'ChildrensEvent', 'TheaterEvent', 'Event'),
      (title, type) => {
        for (const part of readPoster(drawPoster({ title, type, note: title, form: 'wide' }), 1.26)) {
          if ('text' in part) assert.ok(part.size > 0 && Number.isFinite(part.x + part.base));
          else assert.ok(part.outlines.flat().every(Number.isFinite));
        }
      },
    ),
  );
  assert.throws(() => readPoster('<svg><ellipse fill="#ffffff"/></svg>', 1), /not drawn/);
});
