/** Bytes of the length before each frame. */
const headBytes = 4;

/** A text as a frame: its length in bytes, and it in UTF-8. */
export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame.writeUInt32BE(length);
  frame.write(text, headBytes);
  return frame;
}

/**
 * Reads frames out of bytes that come in pieces of any size, and hands each text on as soon as it is whole. The function throws at a
 * frame of more than `bytesMax` bytes, before it has come.
 */
export function createFrameReader(bytesMax: number, take: (text: string) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let have = 0;
  let wanted = headBytes;

  return (chunk) => {
    pieces.push(chunk);
    have += chunk.length;
    if (have < wanted) return;
    let bytes = pieces.length === 1 ? chunk : Buffer.concat(pieces, have);
    let at = 0;
    wanted = headBytes;
    while (bytes.length - at >= headBytes) {
      const length = bytes.readUInt32BE(at);
      if (length > bytesMax) throw new RangeError(`A frame of ${length} bytes is longer than it may be`);
      wanted = headBytes + length;
      if (bytes.length - at < wanted) break;
      take(bytes.toString('utf8', at + headBytes, at + wanted));
      at += wanted;
      wanted = headBytes;
    }
    bytes = bytes.subarray(at);
    pieces = bytes.length > 0 ? [bytes] : [];
    have = bytes.length;
  };
}
