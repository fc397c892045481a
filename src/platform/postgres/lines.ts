import pg from 'pg';

/** A connection that is not open after this time is not waited for. */
const openPatienceMs = 2_000;

/** `pg` keeps these to itself, so far. */
interface Inside {
  readonly processID: number | null;
  readonly connection: { readonly stream: { destroy(): void } };
  _connectionTimeoutMillis: number;
}

/** The connections of one database, open ones and those being opened, which can be cut all at once. */
export interface Lines {
  /** What a pool makes its connections of. */
  readonly Client: typeof pg.Client;
  /**
   * Breaks every connection, so that nobody waits for an answer on it any longer, and opens none until
   * {@link Lines.mend}. Answers the server's processes that were behind them.
   */
  cut(): number[];
  mend(): void;
}

export function createLines(): Lines {
  const open = new Set<pg.Client>();
  let isCut = false;

  class Line extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      // The pool's own limit is for waiting in its queue too.
      (this as unknown as Inside)._connectionTimeoutMillis = openPatienceMs;
      if (!isCut) open.add(this);
      this.once('end', () => void open.delete(this));
    }

    override connect(): Promise<this>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this> | undefined {
      if (!callback) return isCut ? Promise.reject(refused()) : (super.connect() as Promise<this>);
      if (isCut) process.nextTick(callback, refused());
      else super.connect(callback);
      return undefined;
    }
  }

  return {
    Client: Line,
    cut() {
      isCut = true;
      const processes: number[] = [];
      for (const client of open) {
        const { processID, connection } = client as unknown as Inside;
        if (processID !== null) processes.push(processID);
        connection.stream.destroy();
      }
      open.clear();
      return processes;
    },
    mend() {
      isCut = false;
    },
  };
}

function refused(): Error {
  return new Error('no connection is opened: PostgreSQL does not answer');
}
