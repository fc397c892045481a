import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

/** Pixels a module: sharp at the size that mails show it, and enough for a scanner when it is printed. */
const scale = 6;
const quietModules = 4;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The QR code of a text as a PNG of one bit a pixel: pictures in mails are attached, for clients draw neither SVG nor what is fetched. */
export function drawCode(text: string): Buffer {
  const { size, data } = encode(text, { ecc: 'M', border: quietModules });
  const width = size * scale;
  const bytesPerRow = Math.ceil(width / 8);
  const rows: Buffer[] = [];
  for (const modules of data) {
    // The first byte of a row names its filter: none. A set bit is white.
    const row = Buffer.alloc(1 + bytesPerRow);
    for (let x = 0; x < width; x++) {
      if (!modules[Math.floor(x / scale)]) row[1 + (x >> 3)]! |= 0x80 >> (x & 7);
    }
    for (let i = 0; i < scale; i++) rows.push(row);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  // One bit a pixel, grey.
  header[8] = 1;
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
