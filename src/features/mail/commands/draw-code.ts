import { encode } from 'uqr';
import { writePng } from '../../../platform/png/write-png.ts';

/** Pixels a module: sharp at the size that mails show it, and enough for a scanner when it is printed. */
const scale = 6;
const quietModules = 4;

/** The QR code of a text as a PNG of one bit a pixel: pictures in mails are attached, for clients draw neither SVG nor what is fetched. */
export function drawCode(text: string): Buffer {
  const { size, data } = encode(text, { ecc: 'M', border: quietModules });
  const width = size * scale;
  const rows: Buffer[] = [];
  for (const modules of data) {
    // A set bit is white.
    const row = Buffer.alloc(Math.ceil(width / 8));
    for (let x = 0; x < width; x++) {
      if (!modules[Math.floor(x / scale)]) row[x >> 3]! |= 0x80 >> (x & 7);
    }
    for (let i = 0; i < scale; i++) rows.push(row);
  }
  return writePng({ width, height: width, kind: 'grey of one bit' }, rows);
}
