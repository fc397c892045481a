import { readFile } from 'node:fs/promises';
import type { DocumentToSend } from './send-document.ts';

/** A file's bytes, or why it cannot be opened, in words. `-` is the standard input. */
export async function openDocument(path: string): Promise<DocumentToSend | { readonly fault: string }> {
  try {
    if (path === '-') return { name: 'stdin', bytes: await readAll(process.stdin) };
    return { name: path, bytes: await readFile(path) };
  } catch (error) {
    return { fault: wordsFor((error as NodeJS.ErrnoException).code) };
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as unknown as Uint8Array);
  return Buffer.concat(chunks);
}

function wordsFor(code: string | undefined): string {
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  if (code === 'ERR_FS_FILE_TOO_LARGE') return 'is larger than 32 MB';
  return `cannot be read${code ? ` (${code})` : ''}`;
}
