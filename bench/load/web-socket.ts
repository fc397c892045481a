import { randomBytes } from 'node:crypto';

/** What asks a server for a WebSocket on a path. */
export function upgradeRequest(path: string): string {
  const key = randomBytes(16).toString('base64');
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
}

/** The answer to a ping, masked (by zeros) as what clients send must be. */
export function pongOf(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

const opcodes = { text: 1, ping: 9 };
const endOfHead = '\r\n\r\n';

/**
 * Separates the frames that a server sends (RFC 6455, section 5.2), as they come in: the answer to the upgrade first, which must be 101.
 * `onText` hears how long a text is, and may read it in the same turn. Texts in several frames are not known here.
 */
export function createFrameReader(listener: {
  readonly onOpen: () => void;
  readonly onText: (length: number, text: () => string) => void;
  readonly onPing: (payload: Buffer) => void;
}): (chunk: Buffer) => void {
  let isOpen = false;
  let left: Buffer | null = null;

  function open(data: Buffer): number {
    const end = data.indexOf(endOfHead);
    if (end < 0) return 0;
    if (!data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) throw new Error(data.toString());
    isOpen = true;
    listener.onOpen();
    return end + endOfHead.length;
  }

  /** Where the frame that begins at `from` ends; 0: not all of it is there. */
  function readFrame(data: Buffer, from: number): number {
    if (data.length < from + 2) return 0;
    const short = data[from + 1]!;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (data.length < from + headLength) return 0;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(from + 2) : Number(data.readBigUInt64BE(from + 2));
    const [start, end] = [from + headLength, from + headLength + length];
    if (data.length < end) return 0;
    const opcode = data[from]! & 0xf;
    if (opcode === opcodes.text) listener.onText(length, () => data.toString('utf8', start, end));
    else if (opcode === opcodes.ping) listener.onPing(data.subarray(start, end));
    return end;
  }

  return (chunk) => {
    const data = left ? Buffer.concat([left, chunk]) : chunk;
    let at = isOpen ? 0 : open(data);
    if (isOpen) for (let end = readFrame(data, at); end > 0; end = readFrame(data, at)) at = end;
    // The chunk is the buffer that the next one is read into.
    left = at < data.length ? Buffer.from(data.subarray(at)) : null;
  };
}
