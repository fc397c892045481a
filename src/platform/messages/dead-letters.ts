import type { ChannelModel, GetMessage } from 'amqplib';
import type { Clock } from '../clock/clock.ts';
import { deadHeaders, deadQueue, declareQueues } from './rabbitmq-names.ts';
import { passOn, sendConfirmed } from './send-confirmed.ts';

/** A message that nobody could handle, without what it says: that may be nobody's business. */
export interface DeadLetter {
  readonly messageId: string;
  readonly topic: string;
  /** The queue that it waited in; null: nobody knows any more. */
  readonly queue: string | null;
  /** In a word: `SCHEMA`, `FAILED`, `DELIVERY_LIMIT`. */
  readonly reason: string;
  readonly detail: string;
  /** ISO 8601; null: RabbitMQ itself set it aside. */
  readonly diedAt: string | null;
  readonly bytes: number;
}

/** The dead letters of a RabbitMQ, for an operator. */
export interface DeadLetters {
  /** The oldest, at most so many. They stay where they are. */
  list(countMax: number): Promise<DeadLetter[]>;
  /** Sends those that are wanted back to the queue they came from; answers how many, and how many of them had no queue to go to and stay. */
  replay(isWanted: (letter: DeadLetter) => boolean): Promise<{ readonly replayed: number; readonly kept: number }>;
}

/** Looks at dead letters on a channel of its own. */
export async function openDeadLetters(connection: ChannelModel, clock: Pick<Clock, 'after'>): Promise<DeadLetters> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await declareQueues(channel, []);

  /** Takes each in turn; what is not acknowledged goes back to its place at the end. */
  async function each(countMax: number, look: (raw: GetMessage) => Promise<void>): Promise<void> {
    // None that comes back, or comes anew, is looked at twice.
    const { messageCount } = await channel.checkQueue(deadQueue);
    for (let seen = 0; seen < Math.min(countMax, messageCount); seen++) {
      const raw = await channel.get(deadQueue);
      if (raw === false) break;
      await look(raw);
    }
    channel.nackAll(true);
    // The end of a connection overtakes what its channels still have to send: an answer on this one says that all was heard. Without it
    // a dead letter that was sent back was still there afterwards.
    await channel.checkQueue(deadQueue);
  }

  async function sendBack(raw: GetMessage, queue: string): Promise<boolean> {
    const ours: readonly string[] = Object.values(deadHeaders);
    const headers = Object.fromEntries(
      Object.entries(raw.properties.headers ?? {}).filter(
        ([name]) =>
          !ours.includes(name) && !/^x-(death|(first|last)-death-.*|delivery-count|acquired-count)$/.test(name),
      ),
    );
    const returned = await sendConfirmed(channel, [passOn(raw, queue, headers)], clock);
    return returned.size === 0;
  }

  return {
    async list(countMax) {
      const letters: DeadLetter[] = [];
      await each(countMax, async (raw) => void letters.push(describe(raw)));
      return letters;
    },
    async replay(isWanted) {
      let [replayed, kept] = [0, 0];
      await each(Number.POSITIVE_INFINITY, async (raw) => {
        const letter = describe(raw);
        if (!isWanted(letter)) return;
        if (letter.queue === null || !(await sendBack(raw, letter.queue))) {
          kept += 1;
          return;
        }
        channel.ack(raw);
        replayed += 1;
      });
      return { replayed, kept };
    },
  };
}

function describe({ content, properties }: GetMessage): DeadLetter {
  const { messageId, type, headers = {} } = properties;
  const said = (name: string) => (headers[name] === undefined ? null : String(headers[name]));
  // Set aside by RabbitMQ itself, because its consumers died over it.
  const reason = said('x-first-death-reason')?.toUpperCase();
  return {
    messageId: String(messageId ?? ''),
    topic: String(type ?? ''),
    queue: said(deadHeaders.queue) ?? said('x-first-death-queue'),
    reason: said(deadHeaders.reason) ?? reason ?? 'UNKNOWN',
    detail: said(deadHeaders.detail) ?? (reason ? 'Whoever took it ended each time, without saying why.' : ''),
    diedAt: said(deadHeaders.diedAt),
    bytes: content.length,
  };
}
