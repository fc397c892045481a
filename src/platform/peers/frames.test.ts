import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createFrameReader, frameOf } from './frames.ts';

const boundless = Number.POSITIVE_INFINITY;

describe('frames', () => {
  test('come out as they went in, wherever the bytes are split', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 200, maxLength: 2_000 })));
    fc.assert(
      fc.property(texts, fc.array(fc.nat()), (all, splits) => {
        const bytes = Buffer.concat(all.map(frameOf));
        const ends = [...splits.map((split) => split % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
        const read: string[] = [];
        const take = createFrameReader(boundless, (text) => void read.push(text));
        let at = 0;
        for (const end of ends) {
          take(bytes.subarray(at, end));
          at = end;
        }
        assert.deepEqual(read, all);
      }),
    );
  });

  test('are handed on as soon as they are whole, byte by byte too', () => {
    const bytes = Buffer.concat([frameOf('first'), frameOf(''), frameOf('thïrd')]);
    const read: [string, number][] = [];
    let came = 0;
    const take = createFrameReader(boundless, (text) => void read.push([text, came]));
    for (const byte of bytes) {
      came += 1;
      take(Buffer.from([byte]));
    }
    assert.deepEqual(read, [
      ['first', 9],
      ['', 13],
      ['thïrd', 23],
    ]);
  });

  test('longer than they may be are refused before they have come', () => {
    const read: string[] = [];
    const take = createFrameReader(10, (text) => void read.push(text));
    take(Buffer.concat([frameOf('hello'), frameOf('0123456789')]));
    assert.deepEqual(read, ['hello', '0123456789']);
    assert.throws(() => take(frameOf('x'.repeat(11)).subarray(0, 4)), /A frame of 11 bytes/);
  });
});
