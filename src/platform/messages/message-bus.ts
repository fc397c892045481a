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

/** Says of a message that it will never be handled, however often it comes. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
  /** In a word that stays: `SCHEMA`. */
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
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
  /** How often it is to be handed what waits. */
  readonly relayEveryMs: number;
  /** What keeps it from taking messages now, in a word; null: nothing. */
  readonly trouble: string | null;
  /**
   * Names whoever consumes messages, and which of them do so in this process where the bus delivers to one of several; left out, all. Called
   * once, before `start`.
   */
  consume(consumers: readonly Consumer[], here?: readonly Consumer[]): void;
  /**
   * Makes ready what carries messages, and hands them to the consumers from now on. Called once, before the first `publish`. Returns as
   * well where the bus is away: then it is made ready once it is there. Throws StartRefused where it never can be.
   */
  start(): Promise<void>;
  /**
   * Takes over messages, whose rows `tx` has locked. Returns when the bus answers for them, with what is to be called
   * after `tx` has committed. An adapter that delivers within the process may do so in `tx` itself, so that a message
   * costs one commit.
   *
   * Throws `Unavailable` if the bus cannot be reached: none of them is to blame. Any other error says that it does not
   * take at least one of them; `tx` is then void, and the caller finds out which.
   */
  publish(tx: Queryable, messages: readonly Message[]): Promise<AfterCommit>;
  /** Ends deliveries that are under way, and begins none. `publish` still works. */
  stop(): Promise<void>;
  /** Called once, after the last `publish`. */
  close(): Promise<void>;
}

export type AfterCommit = () => void;
