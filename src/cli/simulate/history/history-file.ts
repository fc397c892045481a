import { createWriteStream, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { StartRefused } from '../../../platform/start-refused.ts';
import type { Entry, Fault, History } from './history.ts';

/** Where a rehearsal notes what its buyers ask and hear. Times are those of `performance.now()`. */
export interface HistoryNotes {
  note(entry: Entry): void;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

/** Nobody wants to know. */
export const noNotes: HistoryNotes = { note() {}, async close() {} };

/** The first line: what the show was when the buyers came. */
export interface HistoryHead {
  readonly eventId: number;
  readonly holdMs: number;
  /** Places that were free, by ticket type. */
  readonly free: Readonly<Record<string, number>>;
}

type TimeKey = 'from' | 'until' | 'lastsUntil' | 'endsBy';
const timeKeys: readonly TimeKey[] = ['from', 'until', 'lastsUntil', 'endsBy'];

/** So that they mean the same in the file as what an operator notes beside it: milliseconds since 1970. */
function toWallClock(entry: Entry): Entry {
  const times = timeKeys.flatMap((key) => {
    const at = entry[key];
    return typeof at === 'number' ? [[key, Math.round(performance.timeOrigin + at)] as const] : [];
  });
  return { ...entry, ...Object.fromEntries(times) };
}

/** Begins a history: one JSON value a line. Throws StartRefused if the file cannot be written. */
export function writeHistory(file: string, head: HistoryHead): HistoryNotes {
  try {
    writeFileSync(file, `${JSON.stringify({ sale: head })}\n`);
  } catch (error) {
    throw new StartRefused(`${file} cannot be written: ${(error as Error).message}.`, { cause: error });
  }
  // Appended, so that a line which an operator adds meanwhile stays.
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    note: (entry) => void stream.write(`${JSON.stringify(toWallClock(entry))}\n`),
    close: () =>
      new Promise((done, fail) => {
        stream.once('error', fail);
        stream.end(done);
      }),
  };
}

/** Reads what {@link writeHistory} wrote, and the faults that were added. Throws StartRefused, and says in which line, if it is none. */
export async function readHistory(file: string): Promise<History> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new StartRefused(`${file} cannot be read: ${error.message}.`, { cause: error });
  });
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  let head: HistoryHead | null = null;
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = readLine(line);
    if (value === null) throw new StartRefused(`${file}: line ${at + 1} is no line of a history.`);
    if ('sale' in value) head = value.sale;
    else if ('fault' in value) faults.push(toFault(value));
    else entries.push(value);
  }
  if (head === null)
    throw new StartRefused(`${file} does not say which sale it is of: it was not written by --history.`);
  return {
    entries,
    faults,
    places: null,
    capacity: new Map(Object.entries(head.free).map(([type, free]) => [Number(type), free])),
    endsAt: entries.reduce((last, { from, until }) => Math.max(last, until ?? from), 0),
    holdMs: head.holdMs,
  };
}

interface FaultLine {
  readonly fault: string;
  readonly until?: string;
}

function toFault({ fault, until = fault }: FaultLine): Fault {
  return { from: Date.parse(fault), until: Date.parse(until) };
}

const kinds: ReadonlySet<unknown> = new Set(['hold', 'release', 'renew', 'buy', 'cancel', 'see']);

function readLine(line: string): { readonly sale: HistoryHead } | FaultLine | Entry | null {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if ('fault' in value) {
    const fault = value as unknown as FaultLine;
    return Number.isNaN(toFault(fault).from + toFault(fault).until) ? null : fault;
  }
  const { sale } = value as { sale?: HistoryHead };
  if (sale !== undefined) return typeof sale?.free === 'object' && sale.free !== null ? { sale } : null;
  const isEntry = kinds.has(value.kind) && typeof value.from === 'number' && Array.isArray(value.places);
  return isEntry ? (value as unknown as Entry) : null;
}
