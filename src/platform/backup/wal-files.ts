// The files of PostgreSQL's write-ahead log: their names count timeline, then position, in hexadecimal digits.

const pattern = /^[0-9A-F]{24}$/;
const bytesPerFile = 1n << 24n;
const filesPerLog = 0x100;

export const isWalFile = (name: string): boolean => pattern.test(name);
/** From where a timeline came: a small text. */
export const isTimelineHistory = (name: string): boolean => /^[0-9A-F]{8}\.history$/.test(name);

/** The file after this one. */
export function nextWalFile(name: string): string {
  const [log, part] = [8, 16].map((at) => Number.parseInt(name.slice(at, at + 8), 16)) as [number, number];
  const isLast = part === filesPerLog - 1;
  const next = [isLast ? log + 1 : log, isLast ? 0 : part + 1];
  return name.slice(0, 8) + next.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('');
}

/** The file that holds the byte at a position (`0/3000148`), on the timeline of another file. */
export function walFileAt(position: string, onTimelineOf: string): string {
  return nameOf(bytesBefore(position), onTimelineOf);
}

/** The file that holds the last byte before a position. */
export function walFileBefore(position: string, onTimelineOf: string): string {
  return nameOf(bytesBefore(position) - 1n, onTimelineOf);
}

/** The position at which a file begins. */
export function positionOf(file: string): string {
  const [log, part] = [8, 16].map((at) => BigInt(`0x${file.slice(at, at + 8)}`)) as [bigint, bigint];
  return `${log.toString(16)}/${(part * bytesPerFile).toString(16)}`.toUpperCase();
}

function bytesBefore(position: string): bigint {
  const [high, low] = position.split('/').map((part) => BigInt(`0x${part}`)) as [bigint, bigint];
  return (high << 32n) + low;
}

function nameOf(byte: bigint, onTimelineOf: string): string {
  const file = byte / bytesPerFile;
  const parts = [file / BigInt(filesPerLog), file % BigInt(filesPerLog)];
  return onTimelineOf.slice(0, 8) + parts.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('');
}

/** All files from one to another, both included. */
export function walFilesBetween(first: string, last: string): string[] {
  const names = [first];
  while (names.at(-1)! < last) names.push(nextWalFile(names.at(-1)!));
  return names;
}
