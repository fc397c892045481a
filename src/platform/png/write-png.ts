import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** As PNG numbers them (ISO/IEC 15948, 11.2.2), with the bits of a sample. */
const kinds = { 'grey of one bit': [1, 0], 'colours of eight bits': [8, 2] } as const;

/** A picture as PNG. `rows`: from top to bottom, the bytes of each as the kind wants them (packed bits; red, green, blue). */
export function writePng(
  { width, height, kind }: { readonly width: number; readonly height: number; readonly kind: keyof typeof kinds },
  rows: readonly Uint8Array[],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kinds[kind], 8);
  // The first byte of a row names its filter: none.
  const noFilter = Buffer.alloc(1);
  const data = Buffer.concat(rows.flatMap((row) => [noFilter, row]));
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(data)),
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
