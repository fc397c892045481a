import type { Queryable } from '../postgres/database.ts';

/** A message as the outbox keeps it. */
export interface Message {
  readonly messageId: string;
  readonly topic: string;
  readonly payload: unknown;
}

/**
 * Who acts on messages. `handle` gets those that it has not seen before, within the transaction that also notes them as
 * received (see `inbox.ts`): so each takes effect exactly once, however often it is delivered.
 */
export interface Consumer {
  /** Unique among consumers, and for ever: by it the inbox knows what was received. */
  readonly name: string;
  readonly topics: readonly string[];
  /** Throws at a message that it cannot handle; then nothing that it wrote is kept, and the message comes again. */
  handle(tx: Queryable, messages: readonly Message[]): Promise<void>;
  /** Called with the messages that it has handled, once that is committed. Must not throw. */
  committed?(messages: readonly Message[]): void;
}

/**
 * Carries messages from the outbox to whoever consumes them. What holds for each adapter (and is asked by
 * `message-bus.contract.ts`):
 *
 * - Each message reaches every consumer of its topic at least once, and takes effect there once.
 * - One call of `publish` reaches a consumer in the order of its messages; a message that comes again comes out of order.
 * - A message that a consumer cannot handle holds up no other.
 * - The outbox forgets a message only after `publish` has returned for it.
 */
export interface MessageBus {
  /** Names whoever consumes messages in this process. Called once, before the first `publish`. */
  consume(consumers: readonly Consumer[]): void;
  /**
   * Takes over messages, whose rows `tx` has locked. Returns when the bus answers for them, with what is to be called
   * after `tx` has committed. An adapter that delivers within the process may do so in `tx` itself, so that a message
   * costs one commit.
   *
   * Throws `Unavailable` if the bus cannot be reached: none of them is to blame. Any other error says that it does not
   * take at least one of them; `tx` is then void, and the caller finds out which.
   */
  publish(tx: Queryable, messages: readonly Message[]): Promise<AfterCommit>;
  /** Ends deliveries that are under way. Called once, after the last `publish`. */
  close(): Promise<void>;
}

export type AfterCommit = () => void;
