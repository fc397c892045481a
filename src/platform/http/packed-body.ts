import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Encoding } from './accepted-encoding.ts';

const packBrotli = promisify(brotliCompress);
const packGzip = promisify(gzip);
/** Fast enough to be done for a page that changed, and still half of gzip's rest; 7 and 9 save a hundredth more of a seat map. */
const brotliQuality = 5;

/** The bytes of a body packed, each made when it is first asked for, beside the event loop, and kept as long as this is. */
export interface PackedBody {
  /** At once where it was made before. */
  by(encoding: Encoding): Buffer | Promise<Buffer>;
}

/**
 * A body to be sent packed. Only for what holds nothing secret: how small a body gets says what stands in it to whoever can have it
 * made with words of theirs (BREACH).
 */
export function packedBody(body: string | Buffer): PackedBody {
  const made = new Map<Encoding, Buffer | Promise<Buffer>>();
  async function make(encoding: Encoding): Promise<Buffer> {
    try {
      const params = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
      const packed = await (encoding === 'br' ? packBrotli(body, { params }) : packGzip(body));
      made.set(encoding, packed);
      return packed;
    } catch (error) {
      made.delete(encoding);
      throw error;
    }
  }
  return {
    by(encoding) {
      let packed = made.get(encoding);
      if (packed === undefined) {
        packed = make(encoding);
        made.set(encoding, packed);
      }
      return packed;
    },
  };
}
