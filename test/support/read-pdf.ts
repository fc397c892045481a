import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';

const decode = jsQR as unknown as typeof jsQR.default;
/** A QR code is drawn as hundreds of rectangles, and nothing else on a page is. */
const rectanglesMin = 200;
const scale = 4;

/** What a scanner reads off each page of a PDF with QR codes as vectors. */
export function scanPdf(pdf: Buffer): string[] {
  return pageContents(pdf).map((content) => {
    const rectangles = [...content.matchAll(/(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re/g)]
      .map((found) => found.slice(1).map(Number) as [number, number, number, number])
      .filter(([, , , height]) => height < 4);
    const left = Math.min(...rectangles.map(([x]) => x)) - 12;
    const top = Math.min(...rectangles.map(([, y]) => y)) - 12;
    const size = Math.ceil(scale * (Math.max(...rectangles.map(([x, , width]) => x + width)) - left + 12));
    const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
    for (const [x, y, width, height] of rectangles) {
      for (let row = Math.round((y - top) * scale); row < Math.round((y - top + height) * scale); row++) {
        for (let column = Math.round((x - left) * scale); column < Math.round((x - left + width) * scale); column++) {
          pixels.fill(0, 4 * (row * size + column), 4 * (row * size + column) + 3);
        }
      }
    }
    return decode(pixels, size, size)?.data ?? '';
  });
}

function pageContents(pdf: Buffer): string[] {
  const contents: string[] = [];
  for (let at = pdf.indexOf('\nstream\n'); at >= 0; at = pdf.indexOf('\nstream\n', at + 1)) {
    const end = pdf.indexOf('\nendstream', at);
    try {
      const text = inflateSync(pdf.subarray(at + 8, end)).toString('latin1');
      if (text.split(' re').length > rectanglesMin) contents.push(text);
    } catch {
      // A stream that is not compressed is none of a page.
    }
  }
  return contents;
}
