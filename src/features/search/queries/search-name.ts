import { createHash } from 'node:crypto';

/** Under which name an answer is kept: of what was asked there is a hash, because people type anything. */
export function searchName(kind: 'page' | 'suggestions', question: object): string {
  return `onsale:search:${kind}:${createHash('sha256').update(JSON.stringify(question)).digest('base64url')}`;
}
