import { createReadStream } from 'node:fs';
import { importBytesMax } from '../../contract/import.ts';
import type { DocumentToSend } from './send-document.ts';

/** What is too large, whoever finds it out first: this side, or the server. */
export const tooLarge = `is larger than ${importBytesMax / 1024 / 1024} MB`;

/**
 * A file's bytes, or why it cannot be opened, in words. `-` is the standard input. No more is read than a server takes:
 * a device has no end, and a server that refuses in the middle of an upload may not be heard.
 */
export async function openDocument(path: string): Promise<DocumentToSend | { readonly fault: string }> {
  try {
    const stream = path === '-' ? process.stdin : createReadStream(path);
    const bytes = await readUpTo(stream, importBytesMax);
    return bytes === undefined ? { fault: tooLarge } : { name: path === '-' ? 'stdin' : path, bytes };
  } catch (error) {
    return { fault: wordsFor((error as NodeJS.ErrnoException).code) };
  }
}

/** All of a stream; undefined if it is longer. */
async function readUpTo(stream: NodeJS.ReadableStream, bytesMax: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as unknown as Uint8Array;
    size += bytes.length;
    // Leaving the loop closes the stream.
    if (size > bytesMax) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function wordsFor(code: string | undefined): string {
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return `cannot be read${code ? ` (${code})` : ''}`;
}
