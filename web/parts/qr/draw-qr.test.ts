import assert from 'node:assert/strict';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { drawQr } from './draw-qr.ts';

/** Paints the path as a scanner would see it. */
function paint({ size, path }: ReturnType<typeof drawQr>, scale: number, margin: number) {
  const side = (size + 2 * margin) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let dy = 0; dy < scale; dy++) {
      for (let dx = 0; dx < Number(length) * scale; dx++) {
        const at = ((Number(y) + margin) * scale + dy) * side + (Number(x) + margin) * scale + dx;
        pixels.fill(0, at * 4, at * 4 + 3);
      }
    }
  }
  return { pixels, side };
}

test('what is drawn is what a scanner reads, at the length of a ticket’s code', () => {
  for (const text of [
    'A'.repeat(120),
    'otpauth://totp/Onsale:ana%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Onsale',
  ]) {
    const { pixels, side } = paint(drawQr(text), 4, 4);
    assert.equal(jsQR(pixels, side, side)?.data, text);
  }
});
