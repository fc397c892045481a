import { setTimeout } from 'node:timers/promises';
import type { ImportSummary } from '../../contract/import.ts';
import type { ServerAccess } from '../with-server.ts';
import { tooLarge } from './read-files.ts';

export interface DocumentToSend {
  /** Stands before every place in refusals. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type SentDocument =
  | { readonly kind: 'summary'; readonly summary: ImportSummary }
  /** Nothing in it went in: the words of each fault, with its place. `isRead`: it is what it should be, but faulty. */
  | {
      readonly kind: 'refused';
      readonly faults: readonly { place: string; reason: string }[];
      readonly isRead: boolean;
    }
  /** The options make no sense to the server. */
  | { readonly kind: 'wrong-option'; readonly message: string };

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { field: string; message: string }[];
}

/** Sends one document to the import of a server and follows its progress. Throws if the server cannot be spoken to. */
export async function sendDocument(
  { baseUrl, apiKey }: ServerAccess,
  { name, bytes }: DocumentToSend,
  options: URLSearchParams,
  { onProgress, signal }: { onProgress: (done: number, total: number) => void; signal: AbortSignal },
): Promise<SentDocument> {
  const query = new URLSearchParams(options);
  query.set('name', name.slice(-500));
  const send = () =>
    fetch(`${baseUrl}/api/import?${query}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/octet-stream',
        accept: 'application/x-ndjson',
      },
      body: bytes,
      signal,
    });
  let response = await send();
  // A folder of many documents may be too much at once: the server says when it wants the next.
  while (response.status === 429) {
    await response.body?.cancel();
    await setTimeout(Number(response.headers.get('retry-after') ?? 1) * 1_000, undefined, { signal });
    response = await send();
  }
  if (!response.ok) return toRefusal(name, (await response.json().catch(() => ({}))) as Problem, response.status);
  for await (const line of linesOf(response.body!)) {
    const message = JSON.parse(line) as { progress?: { done: number; total: number }; summary?: ImportSummary };
    if (message.progress) onProgress(message.progress.done, message.progress.total);
    if (message.summary) return { kind: 'summary', summary: message.summary };
  }
  throw new Error(`The server stopped answering while it imported ${name}. Run it again: what is in stays in.`);
}

function toRefusal(name: string, problem: Problem, status: number): SentDocument {
  const errors = problem.errors ?? [];
  const option = errors.find(({ field }) => field.startsWith('/querystring/'));
  if (option) {
    const flag = option.field.slice('/querystring/'.length).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return { kind: 'wrong-option', message: `--${flag} ${option.message}.` };
  }
  if (status === 401 || status === 403 || status >= 500) {
    throw new Error(`The server refused the import: ${problem.title ?? status} ${problem.detail ?? ''}`.trim());
  }
  const faults = errors.map(({ field, message }) => ({ place: field, reason: message }));
  const said = status === 413 ? tooLarge : `${problem.title ?? `was answered with ${status}`}`;
  return {
    kind: 'refused',
    faults: faults.length > 0 ? faults : [{ place: name, reason: said }],
    isRead: problem.code === 'PLAN_INVALID',
  };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
