import { accept, type Decision, refuse } from '../../../kernel/decision.ts';

/**
 * Bytes of a file to text: UTF-8, with or without byte order mark; UTF-16 with one; a page in the encoding that its
 * `<meta charset>` names. Refuses, in words, what is empty or no text.
 */
export function decodeText(bytes: Uint8Array): Decision<string, string> {
  const text = decode(bytes);
  if (text === undefined) return refuse('is not text in UTF-8 or UTF-16');
  if (text.includes('\0')) return refuse('is a binary file, not text');
  if (text.trim() === '') return refuse('is empty');
  return accept(text);
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes);
  const text = decodeAs('utf-8', bytes);
  if (text !== undefined) return text;
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const charset = /<meta[^>]{1,300}charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(head)?.[1];
  return charset === undefined ? undefined : decodeAs(charset, bytes);
}

function decodeAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
