/** What is written and read: pieces in their order. */
export type Content = AsyncIterable<Uint8Array>;

/**
 * Where backups lie. A name (`20261130T033000Z/cluster.tar.gz`) is there as a whole or not at all: who is killed in the middle of
 * writing leaves nothing under it. Every fault is thrown as `BackupRefused`, with the place and the reason in one line.
 */
export interface BackupStore {
  /** Where that is, in words; no secret in it. */
  readonly place: string;
  /** Keeps a content under a name, in place of what was there. Resolves when it would survive the machine. */
  write(name: string, content: Content): Promise<void>;
  /** What lies under a name. Throws if nothing does; while it is read if it cannot be read to its end. */
  read(name: string): Content;
  /** All names that begin so, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Removes what lies under a name; nothing may lie there. */
  remove(name: string): Promise<void>;
  /** Ends what it has open. */
  close(): void;
}
