import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isTimelineHistory,
  isWalFile,
  nextWalFile,
  positionOf,
  walFileAt,
  walFileBefore,
  walFilesBetween,
} from './wal-files.ts';

const first = '000000010000000000000001';

test('files of the write-ahead log follow each other over the end of a log', () => {
  assert.equal(nextWalFile(first), '000000010000000000000002');
  assert.equal(nextWalFile('0000000200000000000000FF'), '000000020000000100000000');
  assert.deepEqual(walFilesBetween('0000000100000000000000FE', '000000010000000100000001'), [
    '0000000100000000000000FE',
    '0000000100000000000000FF',
    '000000010000000100000000',
    '000000010000000100000001',
  ]);
  assert.deepEqual(walFilesBetween(first, first), [first]);
});

test('a position at the border of two files needs the one before only', () => {
  assert.equal(walFileBefore('0/2000000', first), first);
  assert.equal(walFileBefore('0/2000001', first), '000000010000000000000002');
  assert.equal(walFileBefore('1/0', first), '0000000100000000000000FF');
  assert.equal(walFileBefore('1/1', first), '000000010000000100000000');
  assert.equal(walFileAt('0/2000000', first), '000000010000000000000002');
  assert.equal(walFileAt('1/0', first), '000000010000000100000000');
  assert.equal(positionOf('0000000200000001000000FF'), '1/FF000000');
  assert.equal(walFileAt(positionOf(first), first), first);
});

test('what else lies beside them is no file of it', () => {
  assert.deepEqual([first, '00000002.history', 'archive_status', `${first}.partial`].map(isWalFile), [
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual([first, '00000002.history'].map(isTimelineHistory), [false, true]);
});
