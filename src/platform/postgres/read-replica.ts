import type { Clock } from '../clock/clock.ts';
import type { PoolCounts } from '../telemetry/metrics.ts';
import { type ConnectionSettings, type Database, openDatabase, type TenantDatabase, Unavailable } from './database.ts';

/** Where the public reads: what everybody may see, and what nobody decides by. */
export type PublicReading = Pick<TenantDatabase, 'as'>;

const lookEveryMs = 500;
/** A replica that lacks what was written so long ago is not read. */
const behindMs = 5_000;
/** Positions that it has not replayed: enough to know when it was behind, however long it is away. */
const samplesMax = 100;

/** A standby that the public reads from. */
export interface ReadReplica extends PublicReading {
  /** Why it is not read now; null if it is. */
  readonly trouble: string | null;
  pools(): PoolCounts[];
  close(): Promise<void>;
}

interface Standby {
  readonly standby: boolean;
  readonly system: string;
  readonly timeline: number;
  readonly position: string | null;
}

/**
 * Reads of the public from a standby, as long as it is one of this very primary and at most {@link behindMs} behind it; else, and
 * whenever it fails, from the primary. How far it is behind is measured by what it has replayed of positions that the primary was at:
 * no clock of theirs is asked. Looked at once; then twice a second.
 */
export async function openReadReplica(parts: {
  readonly connection: ConnectionSettings;
  readonly primary: Database;
  readonly connectionsMax: number;
  readonly clock: Pick<Clock, 'measure' | 'after'>;
  readonly onNotice: (sentence: string) => void;
}): Promise<ReadReplica> {
  const { connection, primary, clock } = parts;
  const onNotice = (sentence: string) => parts.onNotice(`Read replica: ${sentence}`);
  const watchedBy = connection.isPooled ? undefined : connection;
  const replica = openDatabase(connection, parts.connectionsMax, { watchedBy, onNotice });
  /** Positions of the primary that the replica has not replayed, the oldest first, each with when it was seen. */
  const samples: { readonly at: number; readonly position: bigint }[] = [];
  let isFresh = false;
  let trouble: string | null = 'not looked at yet';
  let isClosed = false;
  let cancel = () => {};

  async function readPrimary(): Promise<{ system: string; timeline: number } | null> {
    const at = clock.measure();
    try {
      const [row] = await primary.bypassingRls.query<{ system: string; timeline: string; position: string }>({
        name: 'position-of-primary',
        text: `SELECT pg_current_wal_flush_lsn()::text AS position, (SELECT system_identifier::text FROM pg_control_system()) AS system,
          left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) AS timeline`,
      });
      const sample = { at, position: toNumber(row!.position) };
      if (samples.length < samplesMax) samples.push(sample);
      else samples[samplesMax - 1] = sample;
      return { system: row!.system, timeline: Number.parseInt(row!.timeline, 16) };
    } catch {
      // It is away: what the replica has is all there is.
      return null;
    }
  }

  /** What the standby follows is known at once to who may see the receiver, else after its next restart point. */
  async function readStandby(): Promise<Standby | null> {
    try {
      const [row] = await replica.bypassingRls.query<Standby>({
        name: 'position-of-standby',
        text: `SELECT pg_is_in_recovery() AS standby, (SELECT system_identifier::text FROM pg_control_system()) AS system,
          coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint())) AS timeline,
          pg_last_wal_replay_lsn()::text AS position`,
      });
      return row!;
    } catch {
      return null;
    }
  }

  async function findTrouble(): Promise<string | null> {
    const [from, standby] = await Promise.all([readPrimary(), readStandby()]);
    if (!standby) return 'unreachable';
    if (!standby.standby || standby.position === null) return 'not a standby';
    if (from && standby.system !== from.system) return 'of another installation';
    if (from && standby.timeline !== from.timeline) return 'on another timeline';
    const replayed = toNumber(standby.position);
    while (samples.length > 0 && samples[0]!.position <= replayed) {
      samples.shift();
      isFresh = true;
    }
    // Nothing is known of how far it was when it was first looked at.
    if (!isFresh) return 'behind';
    return samples.length > 0 && clock.measure() - samples[0]!.at > behindMs ? 'behind' : null;
  }

  async function look(): Promise<void> {
    const found = await findTrouble();
    if (isClosed) return;
    if (found !== trouble)
      onNotice(found === null ? 'it is read from.' : `it is ${found}. The primary is read instead.`);
    trouble = found;
    cancel = clock.after(lookEveryMs, () => void look());
  }

  /** Asks the replica if it is fit, and the primary if it is not, or as soon as that turns out: a read may be done twice. */
  async function read<T>(ask: (from: PublicReading) => Promise<T>): Promise<T> {
    if (trouble !== null) return ask(primary);
    try {
      return await ask(replica);
    } catch (error) {
      if (error instanceof Unavailable) trouble ??= 'unreachable';
      return ask(primary);
    }
  }

  await look();
  return {
    get trouble() {
      return trouble;
    },
    as: (scope) => ({
      query: (statement, values) => read((from) => from.as(scope).query<never>(statement, values)),
      transaction: (work, options) => read((from) => from.as(scope).transaction(work, options)),
    }),
    pools: () => replica.pools().flatMap((counts) => (counts.pool === 'general' ? [{ ...counts, pool: 'read' }] : [])),
    async close() {
      isClosed = true;
      cancel();
      await replica.close();
    },
  };
}

/** A position in the log, `16/B374D848`, as a number. */
function toNumber(position: string): bigint {
  const [high, low] = position.split('/') as [string, string];
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
