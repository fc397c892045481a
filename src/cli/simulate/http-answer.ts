/** One whole HTTP/1.1 answer. */
export interface HttpAnswer {
  readonly status: number;
  /** The value of a header; null if it is not there. */
  header(name: string): string | null;
  /** All of it, head and body, as it came. */
  readonly bytes: number;
  /** The body as text, which it is where no encoding was asked for. */
  text(): string;
  /** The body as JSON; null if it is none. */
  json(): unknown;
}

export interface ParsedAnswer extends HttpAnswer {
  /** Whether another request may follow on the connection. */
  readonly keepsAlive: boolean;
}

const headEndMark = Buffer.from('\r\n\r\n');
const lineEndMark = Buffer.from('\r\n');

/**
 * Collects the bytes of one answer. `add` answers it once it is whole; `end` when the connection closed, which is how a
 * body without a length ends (undefined: it was cut off). Throws for more than `bytesMax` bytes.
 */
export function createAnswerReader(bytesMax: number) {
  let parts: Buffer[] = [];
  let size = 0;
  let bytesNeeded = 0;
  let head: string | null = null;
  let bodyStart = 0;
  let kind: 'length' | 'chunked' | 'untilClose' = 'length';

  const joined = () => {
    if (parts.length > 1) parts = [Buffer.concat(parts)];
    return parts[0]!;
  };

  function readHead(): boolean {
    const bytes = joined();
    const end = bytes.indexOf(headEndMark);
    if (end < 0) return false;
    head = bytes.toString('latin1', 0, end);
    bodyStart = end + headEndMark.length;
    const length = headerOf(head, 'content-length');
    const status = statusOf(head);
    if (length !== null || status === 204 || status === 304) bytesNeeded = bodyStart + Number(length ?? 0);
    else kind = /chunked/i.test(headerOf(head, 'transfer-encoding') ?? '') ? 'chunked' : 'untilClose';
    return true;
  }

  function finish(text: () => string): ParsedAnswer {
    const whole = head!;
    return {
      bytes: size,
      text,
      status: statusOf(whole),
      keepsAlive: kind !== 'untilClose' && !/close/i.test(headerOf(whole, 'connection') ?? ''),
      header: (name) => headerOf(whole, name),
      json() {
        try {
          return JSON.parse(text());
        } catch {
          return null;
        }
      },
    };
  }

  return {
    get isEmpty() {
      return size === 0;
    },
    add(bytes: Buffer): ParsedAnswer | undefined {
      parts.push(bytes);
      size += bytes.length;
      if (size > bytesMax) throw new Error('the answer is too large');
      if (head === null && !readHead()) return undefined;
      if (kind === 'untilClose') return undefined;
      if (kind === 'chunked') {
        const body = joinChunks(joined(), bodyStart);
        return body && finish(() => body.toString());
      }
      if (size < bytesNeeded) return undefined;
      const all = joined();
      return finish(() => all.toString('utf8', bodyStart, bytesNeeded));
    },
    end(): ParsedAnswer | undefined {
      if (head === null || kind !== 'untilClose') return undefined;
      const all = joined();
      return finish(() => all.toString('utf8', bodyStart));
    },
  };
}

function statusOf(head: string): number {
  return Number(head.slice(9, 12));
}

function headerOf(head: string, name: string): string | null {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1] ?? null;
}

/** The body of a chunked answer; undefined while its last chunk has not come. */
function joinChunks(bytes: Buffer, bodyStart: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = bodyStart; ; ) {
    const lineEnd = bytes.indexOf(lineEndMark, at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const from = lineEnd + lineEndMark.length;
    const next = from + size + lineEndMark.length;
    if (Number.isNaN(size) || next > bytes.length) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(from, from + size));
    at = next;
  }
}
