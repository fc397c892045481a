import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createLatencies } from './latencies.ts';
import { type RabbitMqUse, watchRabbitMq } from './rabbitmq-metrics.ts';

/** How often a cache had what it was asked for. Plain numbers: counting must cost nothing where caches are asked. */
export interface CacheCounts {
  hit: number;
  missed: number;
}

/** The connections of a pool: those there are, those that nobody uses, and who waits for one. */
export interface PoolCounts {
  readonly pool: string;
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** What was asked of a Redis, by how it went, and whether it works now. */
export interface RedisUse {
  readonly name: string;
  readonly trouble: string | null;
  readonly counts: Readonly<Record<'answered' | 'failed' | 'late' | 'untried', number>>;
}

/** The search engine, as a process sees it. */
export interface SearchEngineUse {
  /** Whether it answers searches now. */
  readonly isUsed: boolean;
  readonly answered: Readonly<Record<'engine' | 'postgres', number>>;
  readonly lagSeconds: number | null;
  readonly slotBytes: number | null;
}

/** The counters and gauges of one running Onsale, served at `/metrics` in the Prometheus text format. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'onsale_process_' });
  const registers = [registry];
  const latencies = createLatencies(registry);
  const noCounts = (): CacheCounts => ({ hit: 0, missed: 0 });
  const caches = {
    pages: noCounts(),
    tokens: noCounts(),
    events: noCounts(),
    availability: noCounts(),
    search: noCounts(),
    myTickets: noCounts(),
  };
  new Counter({
    name: 'onsale_http_requests_total',
    help: 'HTTP answers of the router, by status class.',
    labelNames: ['status'] as const,
    registers,
    collect() {
      this.reset();
      const classes = latencies.byClass();
      for (const first of [1, 2, 3, 4, 5]) this.inc({ status: `${first}xx` }, classes.get(first) ?? 0);
    },
  });
  new Counter({
    name: 'onsale_buy_path_total',
    help: 'Answers on the way to tickets (holding, buying, paying), by outcome: answered, refusals included; failed (5xx). Both are there from the start, so that the first failure counts.',
    labelNames: ['outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(latencies.buyPath())) this.inc({ outcome }, count);
    },
  });
  new Counter({
    name: 'onsale_cache_total',
    help: 'Questions to caches, by outcome: hit, missed. pages: answered before the router; tokens: access tokens known already; events, search, myTickets: read from the database only where missed; availability: asked of the owner of an event only where missed.',
    labelNames: ['cache', 'outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const [cache, { hit, missed }] of Object.entries(caches)) {
        this.inc({ cache, outcome: 'hit' }, hit);
        this.inc({ cache, outcome: 'missed' }, missed);
      }
    },
  });
  new Gauge({
    name: 'onsale_cache_hit_ratio',
    help: 'Hits of a cache among its questions since the start, from 0 to 1; not there before the first question.',
    labelNames: ['cache'] as const,
    registers,
    collect() {
      for (const [cache, { hit, missed }] of Object.entries(caches)) {
        if (hit + missed > 0) this.set({ cache }, hit / (hit + missed));
      }
    },
  });
  let measureOutbox = async () => ({ count: 0, oldestSeconds: 0 });
  const outboxAge = new Gauge({
    name: 'onsale_outbox_oldest_seconds',
    help: 'For how long the oldest message has waited in the outbox.',
    registers,
  });
  new Gauge({
    name: 'onsale_outbox_pending',
    help: 'Messages waiting in the outbox.',
    registers,
    async collect() {
      // While PostgreSQL is away the last number stands: all other metrics are wanted then.
      await measureOutbox().then(
        ({ count, oldestSeconds }) => {
          this.set(count);
          outboxAge.set(oldestSeconds);
        },
        () => {},
      );
    },
  });
  let readPools = (): readonly PoolCounts[] => [];
  new Gauge({
    name: 'onsale_database_connections',
    help: 'Connections to PostgreSQL, by pool and state: open, idle; waiting: who waits for one.',
    labelNames: ['pool', 'state'] as const,
    registers,
    collect() {
      for (const { pool, open, idle, waiting } of readPools()) {
        this.set({ pool, state: 'open' }, open);
        this.set({ pool, state: 'idle' }, idle);
        this.set({ pool, state: 'waiting' }, waiting);
      }
    },
  });
  let readRedis = (): readonly RedisUse[] => [];
  new Gauge({
    name: 'onsale_redis_up',
    help: 'Whether a Redis works: 1, or 0 where anything is wrong with it.',
    labelNames: ['redis'] as const,
    registers,
    collect() {
      for (const { name, trouble } of readRedis()) this.set({ redis: name }, trouble === null ? 1 : 0);
    },
  });
  new Counter({
    name: 'onsale_redis_commands_total',
    help: 'Commands to a Redis, by outcome: answered, failed, late (not answered in time), untried (it was away).',
    labelNames: ['redis', 'outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, counts } of readRedis()) {
        for (const [outcome, count] of Object.entries(counts)) this.inc({ redis: name, outcome }, count);
      }
    },
  });
  function watchSearchEngine(engine: SearchEngineUse): void {
    new Gauge({
      name: 'onsale_search_engine_used',
      help: 'Whether the search engine answers searches: 1, or 0 where PostgreSQL does.',
      registers,
      collect() {
        this.set(engine.isUsed ? 1 : 0);
      },
    });
    new Counter({
      name: 'onsale_searches_answered_total',
      help: 'Searches and suggestions, by who answered them: engine, postgres.',
      labelNames: ['by'] as const,
      registers,
      collect() {
        this.reset();
        for (const [by, count] of Object.entries(engine.answered)) this.inc({ by }, count);
      },
    });
    new Gauge({
      name: 'onsale_search_feed_lag_seconds',
      help: 'How old the last change is that the search engine may lack.',
      registers,
      collect() {
        if (engine.lagSeconds !== null) this.set(engine.lagSeconds);
      },
    });
    new Gauge({
      name: 'onsale_search_slot_bytes',
      help: 'How much of its log PostgreSQL keeps until the search engine has taken it.',
      registers,
      collect() {
        this.set(engine.slotBytes ?? 0);
      },
    });
  }
  const locks = fromZero(
    new Counter({
      name: 'onsale_locks_total',
      help: 'Locks asked for, by outcome: had, refused (somebody else had it), alone (had in this process, as Redis is away); lost while working.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    ['had', 'refused', 'alone', 'lost'],
  );
  const lockSeconds = new Histogram({
    name: 'onsale_lock_wait_seconds',
    help: 'How long a lock was waited for until it was had or refused.',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5],
    registers,
  });
  return {
    registry,
    latencies,
    caches,
    /** A lock was had, refused or lost, after so many milliseconds. */
    countLock(outcome: string, ms: number) {
      locks.inc({ outcome });
      if (outcome !== 'lost') lockSeconds.observe(ms / 1_000);
    },
    /** Whom to ask about connections. */
    watchPools(read: () => readonly PoolCounts[]) {
      readPools = read;
    },
    /** Whom to ask about Redis. */
    watchRedis(read: () => readonly RedisUse[]) {
      readRedis = read;
    },
    /** Whom to ask about the search engine; called once. */
    watchSearchEngine,
    /** Whom to ask what waits in the outbox, at each reading of the metrics. */
    watchOutbox(measure: typeof measureOutbox) {
      measureOutbox = measure;
    },
    /** Whom to ask about RabbitMQ; where there is none, there are no metrics of it. */
    watchRabbitMq: (use: RabbitMqUse) => watchRabbitMq(registers, use),
    ticketsMinted: new Counter({ name: 'onsale_tickets_minted_total', help: 'Tickets made.', registers }),
    holds: new Counter({ name: 'onsale_holds_total', help: 'Holds placed.', registers }),
    holdsRefused: new Counter({
      name: 'onsale_holds_refused_total',
      help: 'Holds that were refused, by problem code.',
      labelNames: ['code'] as const,
      registers,
    }),
    holdsEnded: new Counter({
      name: 'onsale_holds_ended_total',
      help: 'Holds that ended, by how: released, expired, converted, dropped.',
      labelNames: ['how'] as const,
      registers,
    }),
    holdChangesLost: new Counter({
      name: 'onsale_hold_changes_lost_total',
      help: 'Changes of holds that were not written, because another process decides about their event now.',
      registers,
    }),
    holdsLive: new Gauge({ name: 'onsale_holds_live', help: 'Holds alive now, in loaded ledgers.', registers }),
    ledgersLoaded: new Gauge({ name: 'onsale_ledgers_loaded', help: 'Events whose ledger is in memory.', registers }),
    socketsOpen: new Gauge({ name: 'onsale_sockets_open', help: 'WebSockets open now.', registers }),
    socketsCut: new Counter({
      name: 'onsale_sockets_cut_total',
      help: 'WebSockets cut by us, by why: slow (does not read), dead (does not answer).',
      labelNames: ['why'] as const,
      registers,
    }),
    eventRequests: new Counter({
      name: 'onsale_event_requests_total',
      help: 'Requests about an event that one process decides about, by who that is: here, or elsewhere (each takes a hop).',
      labelNames: ['owner'] as const,
      registers,
    }),
    refusals: new Counter({
      name: 'onsale_refusals_total',
      help: 'Requests refused, by problem code.',
      labelNames: ['code'] as const,
      registers,
    }),
    purchases: fromZero(
      new Counter({
        name: 'onsale_purchases_total',
        help: 'Purchases, by outcome: completed, declined, refused; action (the bank asks the buyer first), unknown (the provider did not answer).',
        labelNames: ['outcome'] as const,
        registers,
      }),
      ['completed', 'declined', 'unknown'],
    ),
    batchSize: new Histogram({
      name: 'onsale_commit_batch_size',
      help: 'Commands per grouped commit.',
      labelNames: ['group'] as const,
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'onsale_commit_seconds',
      help: 'Duration of a grouped commit.',
      labelNames: ['group'] as const,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
      registers,
    }),
    outsideCalls: new Counter({
      name: 'onsale_outside_calls_total',
      help: 'Calls to other companies’ services, by outcome: answered, failed, retried, refused (untried).',
      labelNames: ['service', 'outcome'] as const,
      registers,
    }),
    outsideCircuit: new Gauge({
      name: 'onsale_outside_circuit',
      help: 'State of the circuit breaker of a service: 0 closed, 1 half-open, 2 open.',
      labelNames: ['service'] as const,
      registers,
    }),
    mails: fromZero(
      new Counter({
        name: 'onsale_mails_total',
        help: 'Mails done with, by outcome: sent, given-up.',
        labelNames: ['outcome'] as const,
        registers,
      }),
      ['sent', 'given-up'],
    ),
  };
}

/** The counter with these outcomes at zero: what comes into being with its first count is no increase to Prometheus, and alerts nobody. */
function fromZero(counter: Counter<'outcome'>, outcomes: readonly string[]): Counter<'outcome'> {
  for (const outcome of outcomes) counter.inc({ outcome }, 0);
  return counter;
}

export type Metrics = ReturnType<typeof createMetrics>;
