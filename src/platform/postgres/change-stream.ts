import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import type { Clock } from '../clock/clock.ts';
import { type ConnectionSettings, toClientConfig } from './connection.ts';

/** What a stream has brought. */
export interface Changes {
  /** Keys of rows that were inserted, changed or deleted, each once. */
  readonly keys: readonly number[];
  /** The transactions that did it, by the lower 32 bits of their ids. */
  readonly transactions: readonly number[];
  /** All rows were deleted at one stroke (TRUNCATE): their keys do not come. */
  readonly isEmptied: boolean;
  /** What may be confirmed once these changes need not come again; null: nothing new. */
  readonly position: bigint | null;
  /** The last mark (`pg_logical_emit_message`): all that was committed before it was made has come. Null: none came. */
  readonly mark: string | null;
}

/** The changes of a table, from a replication slot, in the order of their commits. */
export interface ChangeStream {
  /** What came since the last call, once anything did or `waitMs` have passed. Rejects once the stream is broken. */
  take(waitMs: number): Promise<Changes>;
  /** Says that what came until there need not come again. Also a sign of life: PostgreSQL ends a stream that gives none for a minute. */
  confirm(position: bigint): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the stream of a slot, from where it was confirmed last; `keyColumn` is an integer column of the publication. Only keys are taken:
 * whoever wants the rows reads them. Rejects with PostgreSQL's error, `55006` where somebody else reads the slot.
 *
 * A commit may come before other transactions see it: it is in the log first (and where a standby must confirm, for long). Whoever reads the
 * rows looks whether its snapshot has the transactions (`isSeen`).
 */
export async function openChangeStream(parts: {
  /** Past any pooler. */
  readonly connection: ConnectionSettings;
  readonly slot: string;
  readonly publication: string;
  readonly keyColumn: string;
  readonly clock: Pick<Clock, 'after'>;
}): Promise<ChangeStream> {
  const { connection, slot, publication, keyColumn, clock } = parts;
  // Confirmed by hand: by itself the library confirms what was received, and not what was done with it.
  const service = new LogicalReplicationService(toClientConfig(connection), {
    acknowledge: { auto: false, timeoutSeconds: 0 },
  });
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication], messages: true });
  let keys = new Set<number>();
  let transactions = new Set<number>();
  let position: bigint | null = null;
  let mark: string | null = null;
  let isEmptied = false;
  let isWithinTransaction = false;
  let failure: Error | null = null;
  let wake = () => {};

  function receive(message: Pgoutput.Message): void {
    switch (message.tag) {
      case 'begin':
        isWithinTransaction = true;
        transactions.add(message.xid);
        return;
      case 'insert':
      case 'update':
        return void keys.add(message.new[keyColumn] as number);
      case 'delete':
        return void keys.add((message.key ?? message.old)![keyColumn] as number);
      case 'truncate':
        isEmptied = true;
        return;
      case 'commit':
        isWithinTransaction = false;
        position = readPosition(message.commitEndLsn!);
        return wake();
      case 'message':
        mark = new TextDecoder().decode(message.content);
        if (!isWithinTransaction) position = readPosition(message.messageLsn!);
        return wake();
    }
  }

  function fail(error: Error): void {
    failure ??= error;
    wake();
  }
  service.on('error', fail);
  service.on('data', (_: string, message: Pgoutput.Message) => receive(message));
  service.on('heartbeat', (lsn) => {
    // All before it was sent: there was nothing of ours in it.
    if (!isWithinTransaction) position = readPosition(lsn);
  });
  await new Promise<void>((resolve, reject) => {
    service.on('start', resolve);
    service.subscribe(plugin, slot).then(
      () => fail(new Error('PostgreSQL ended the stream of changes')),
      (error) => {
        fail(error);
        reject(error);
      },
    );
  });

  const hasNews = () => keys.size > 0 || isEmptied || mark !== null || failure !== null;
  return {
    async take(waitMs) {
      if (!hasNews()) {
        await new Promise<void>((done) => {
          const cancel = clock.after(waitMs, done);
          wake = () => {
            cancel();
            done();
          };
        });
        wake = () => {};
      }
      if (failure) throw failure;
      const changes = { keys: [...keys], transactions: [...transactions], isEmptied, position, mark };
      keys = new Set();
      transactions = new Set();
      isEmptied = false;
      position = null;
      mark = null;
      return changes;
    },
    async confirm(until) {
      // The library confirms one byte more than it is asked to. A commit may begin at that very byte: it would never come.
      await service.acknowledge(writePosition(until - 1n));
    },
    async close() {
      failure ??= new Error('The stream of changes was closed');
      await service.destroy().catch(() => {});
    },
  };
}

function readPosition(text: string): bigint {
  const [high, low] = text.split('/') as [string, string];
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function writePosition(position: bigint): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`;
}

/** Whether a snapshot (`pg_current_snapshot()::text`) has what a transaction did, known by the lower 32 bits of its id. */
export function isSeen(snapshot: string, transaction: number): boolean {
  const [xmin, xmax, running = ''] = snapshot.split(':') as [string, string, string?];
  const behind = BigInt.asIntN(32, BigInt(transaction) - BigInt(xmax));
  const id = BigInt(xmax) + behind;
  return id < BigInt(xmin) || (behind < 0n && !running.split(',').includes(String(id)));
}
