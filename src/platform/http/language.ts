import type { IncomingHttpHeaders } from 'node:http';
import { type Language, preferredLanguage } from '../../kernel/language.ts';

/** The language that a request asks for: said in its body, else by its Accept-Language; undefined if it asks for none of ours. */
export function languageOf(
  { headers }: { readonly headers: IncomingHttpHeaders },
  said?: Language | undefined,
): Language | undefined {
  return said ?? preferredLanguage(headers['accept-language']);
}
