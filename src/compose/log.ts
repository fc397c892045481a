import pino, { type Logger } from 'pino';

/** The log of a process, from this level on: lines of JSON on stderr, written as they come. */
export function openLog(level: string): Logger {
  return pino({ level, base: undefined }, pino.destination({ dest: 2, sync: false }));
}
