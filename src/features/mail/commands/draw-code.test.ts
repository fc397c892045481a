import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { drawCode } from './draw-code.ts';

const code = `T1.${'0123456789ABCDEF'.repeat(6)}`;

/** The pixels of a PNG of one bit a pixel without filters, as a scanner takes them. */
function pixelsOf(png: Buffer): { data: Uint8ClampedArray; width: number } {
  const width = png.readUInt32BE(16);
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const bytesPerRow = 1 + Math.ceil(width / 8);
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const isWhite = (rows[y * bytesPerRow + 1 + (x >> 3)]! & (0x80 >> (x & 7))) !== 0;
      data.fill(isWhite ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { data, width };
}

test('a scanner reads the picture of a code', () => {
  const { data, width } = pixelsOf(drawCode(code));
  const read = jsQR as unknown as typeof jsQR.default;
  assert.equal(read(data, width, width)?.data, code);
});
