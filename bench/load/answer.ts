/** The head of one HTTP/1.1 answer. */
export interface Answer {
  readonly status: number;
  /** Index after the last byte of the answer; infinite while a chunked body has not ended. */
  readonly end: number;
  readonly head: string;
  /** The body's bytes, with chunks joined. Only when the answer is complete. */
  body(bytes: Buffer): Buffer;
}

const lengthPattern = /\ncontent-length: *(\d+)/i;
const chunkedPattern = /\ntransfer-encoding: *chunked/i;

/** Reads the head of the answer that starts at byte 0; undefined if it has not arrived whole. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = (bytes[9]! - 48) * 100 + (bytes[10]! - 48) * 10 + (bytes[11]! - 48);
  const start = headEnd + 4;
  const length = lengthPattern.exec(head);
  if (length)
    return {
      status,
      head,
      end: start + Number(length[1]),
      body: (all) => all.subarray(start, start + Number(length[1])),
    };
  if (status === 304 || status === 204 || !chunkedPattern.test(head))
    return { status, head, end: start, body: () => Buffer.alloc(0) };
  return readChunks(bytes, start, status, head);
}

function readChunks(bytes: Buffer, start: number, status: number, head: string): Answer {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (Number.isNaN(size) || next > bytes.length)
      return { status, head, end: Number.POSITIVE_INFINITY, body: () => Buffer.concat(parts) };
    if (size === 0) return { status, head, end: next, body: () => Buffer.concat(parts) };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
