import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The counters and gauges of one running Onsale, served at `/metrics` in the Prometheus text format. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'onsale_process_' });
  const registers = [registry];
  return {
    registry,
    holds: new Counter({ name: 'onsale_holds_total', help: 'Holds placed.', registers }),
    holdsEnded: new Counter({
      name: 'onsale_holds_ended_total',
      help: 'Holds that ended, by how: released, expired, converted, dropped.',
      labelNames: ['how'] as const,
      registers,
    }),
    holdsLive: new Gauge({ name: 'onsale_holds_live', help: 'Holds alive now, in loaded ledgers.', registers }),
    ledgersLoaded: new Gauge({ name: 'onsale_ledgers_loaded', help: 'Events whose ledger is in memory.', registers }),
    refusals: new Counter({
      name: 'onsale_refusals_total',
      help: 'Requests refused, by problem code.',
      labelNames: ['code'] as const,
      registers,
    }),
    purchases: new Counter({
      name: 'onsale_purchases_total',
      help: 'Purchases, by outcome: completed, declined, unknown.',
      labelNames: ['outcome'] as const,
      registers,
    }),
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
    requests: new Counter({
      name: 'onsale_http_requests_total',
      help: 'HTTP answers, by status class.',
      labelNames: ['status'] as const,
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
    mails: new Counter({
      name: 'onsale_mails_total',
      help: 'Mails done with, by outcome: sent, given-up.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    outboxPending: new Gauge({ name: 'onsale_outbox_pending', help: 'Messages waiting in the outbox.', registers }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
