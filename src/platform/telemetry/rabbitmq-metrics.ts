import { Counter, Gauge, type Registry } from 'prom-client';

/** A RabbitMQ that a process uses: whether it works, how messages fared here, and how full it is. */
export interface RabbitMqUse {
  readonly trouble: string | null;
  readonly counts: Readonly<Record<'published' | 'unwanted' | 'handled' | 'retried' | 'dead', number>>;
  /** Null: it cannot be asked now. */
  depths(): Promise<{ readonly queues: Readonly<Record<string, number>>; readonly dead: number } | null>;
}

/** Adds the metrics of a RabbitMQ. It is asked for its depths at each reading, and where it does not answer the last ones stand. */
export function watchRabbitMq(registers: Registry[], use: RabbitMqUse): void {
  new Gauge({
    name: 'onsale_rabbitmq_up',
    help: 'Whether RabbitMQ works: 1, or 0 where anything is wrong with it.',
    registers,
    collect() {
      this.set(use.trouble === null ? 1 : 0);
    },
  });
  new Counter({
    name: 'onsale_messages_total',
    help: 'Messages by way of RabbitMQ in this process, by outcome: published, unwanted (published, and no queue wants it), handled, retried, dead.',
    labelNames: ['outcome'] as const,
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(use.counts)) this.inc({ outcome }, count);
    },
  });
  const deadLetters = new Gauge({
    name: 'onsale_dead_letters',
    help: 'Messages that nobody could handle, waiting for an operator (onsale messages dead).',
    registers,
  });
  new Gauge({
    name: 'onsale_queue_messages',
    help: 'Messages waiting in RabbitMQ, by the consumer that they wait for.',
    labelNames: ['consumer'] as const,
    registers,
    async collect() {
      const depths = await use.depths();
      if (depths === null) return;
      for (const [consumer, count] of Object.entries(depths.queues)) this.set({ consumer }, count);
      deadLetters.set(depths.dead);
    },
  });
}
