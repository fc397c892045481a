import type { ChannelModel } from 'amqplib';
import type { Secret } from '../../kernel/secret.ts';
import type { Clock } from '../clock/clock.ts';
import { StartRefused } from '../start-refused.ts';

/**
 * What is wrong with a RabbitMQ. `blocked`: it lacks memory or disk and takes no messages, but hands out those it has. One that
 * is `unfit` works and cannot be used: too old, or another installation's.
 */
type BrokerTrouble = 'unreachable' | 'blocked' | 'unfit';

/** Makes ready what is wanted of a new connection. Rejects with {@link StartRefused} where that can never be. */
type Prepare = (connection: ChannelModel) => Promise<void>;

/** The RabbitMQ that a process uses. */
export interface Broker {
  /** Where it is, without a password, and which setting says so. */
  readonly place: string;
  /** Null while all is well. */
  readonly trouble: BrokerTrouble | null;
  /**
   * Prepares the connection that there is and each later one, before anybody is said that it works. Returns once that is done, or
   * it is away. Throws StartRefused if it can never be done with the connection that there is.
   */
  prepare(prepare: Prepare): Promise<void>;
  /** Ends a connection that is of no use any more (it lost a channel, it does not answer), and makes another. Does nothing if that was done. */
  reset(which: ChannelModel, why: string): void;
  close(): Promise<void>;
}

const retryMs = { first: 100, max: 2_000 };
const handshakeMs = 5_000;
/** Whoever does not answer two of them is taken for gone. */
const heartbeatSeconds = 5;
const closeMs = 2_000;
const oldest = { major: 3, minor: 10 };

const words: Record<BrokerTrouble, string> = {
  unreachable: 'cannot be reached',
  blocked: 'takes no messages',
  unfit: 'cannot be used',
};

/**
 * Connects to a RabbitMQ and stays connected. Throws StartRefused with one line that names the setting if it is plain at once that it is
 * none that Onsale can work with: unknown host, wrong user, password or certificate, no such virtual host, too old. It never throws
 * for being away, now or later: it is connected to again, with a growing, random delay of at most two seconds.
 */
export async function openBroker(parts: {
  readonly url: Secret;
  /** Certificate of the authority that signs the server's, as PEM; undefined: those that Node knows. */
  readonly ca: string | undefined;
  /** What it is for, as it shows in RabbitMQ. */
  readonly name: string;
  readonly clock: Pick<Clock, 'after'>;
  /** From 0 to 1, anew each time. */
  readonly chance: () => number;
  /** Something an operator should find in the log. */
  readonly onNotice: (sentence: string) => void;
}): Promise<Broker> {
  const { url, ca, clock, onNotice } = parts;
  // Loaded where there is a RabbitMQ alone: the others start without it.
  const { connect } = await import('amqplib');
  const place = `RabbitMQ at ${new URL(url.reveal()).host} (RABBITMQ_URL)`;
  const prepares: Prepare[] = [];
  let connection: ChannelModel | null = null;
  let trouble: BrokerTrouble | null = null;
  let lastError = '';
  let attempts = 0;
  let isClosed = false;
  let cancelRetry = () => {};

  function change(to: BrokerTrouble | null): void {
    if (to === trouble || isClosed) return;
    const wasBlocked = trouble === 'blocked';
    trouble = to;
    if (to === null) return onNotice(`${place} ${wasBlocked ? 'takes messages again' : 'works again'}.`);
    const what = to === 'unfit' ? lastError : `${place} ${words[to]}${lastError && `: ${lastError}`}.`;
    onNotice(`${what} Sales go on; messages wait in the outbox.`);
  }

  function lose(which: ChannelModel, why: string): void {
    if (which !== connection) return;
    connection = null;
    lastError = why;
    change('unreachable');
    retryLater();
  }

  function retryLater(): void {
    if (isClosed) return;
    cancelRetry();
    const delay = Math.min(retryMs.max, retryMs.first * 2 ** attempts++) * (0.5 + parts.chance() / 2);
    cancelRetry = clock.after(delay, () => void tryAgain());
  }

  async function tryAgain(): Promise<void> {
    try {
      await connectOnce();
    } catch (error) {
      lastError = lineOf(error);
      change(error instanceof StartRefused ? 'unfit' : 'unreachable');
      retryLater();
    }
  }

  async function connectOnce(): Promise<void> {
    const options = {
      timeout: handshakeMs,
      noDelay: true,
      clientProperties: { connection_name: parts.name },
      ...(ca !== undefined && { ca }),
    };
    const made = await connect(withHeartbeat(url.reveal()), options).catch((error) => {
      throw whyRefused(place, error as Error) ?? error;
    });
    made.on('error', (error) => {
      lastError = lineOf(error);
    });
    if (isClosed) return void made.close().catch(() => {});
    connection = made;
    made.on('close', (error?: Error) => lose(made, error ? lineOf(error) : 'the connection is closed'));
    let isBlocked = false;
    made.on('blocked', (reason) => {
      isBlocked = true;
      lastError = reason;
      if (connection === made) change('blocked');
    });
    made.on('unblocked', () => {
      isBlocked = false;
      if (connection === made) change(null);
    });
    try {
      checkVersion(place, made);
      for (const prepare of prepares) await prepare(made);
    } catch (error) {
      // Not the one any more: what is heard of it from here on is no news.
      if (connection === made) connection = null;
      made.close().catch(() => {});
      throw error;
    }
    // It may be gone again by now.
    if (connection !== made) return;
    attempts = 0;
    if (!isBlocked) change(null);
  }

  try {
    await connectOnce();
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    lastError = lineOf(error);
    change('unreachable');
    retryLater();
  }

  function reset(which: ChannelModel, why: string): void {
    if (which !== connection) return;
    lose(which, why);
    // Whoever is gone does not hear it: then the heartbeat ends it.
    which.close().catch(() => {});
  }

  return {
    place,
    get trouble() {
      return trouble;
    },
    async prepare(prepare) {
      prepares.push(prepare);
      const which = connection;
      if (!which) return;
      try {
        await prepare(which);
      } catch (error) {
        if (error instanceof StartRefused) throw error;
        reset(which, lineOf(error));
      }
    },
    reset,
    async close() {
      isClosed = true;
      cancelRetry();
      const open = connection;
      connection = null;
      if (!open) return;
      // Whoever does not answer is left to its heartbeat.
      const closed = open.close().catch(() => {});
      await Promise.race([closed, new Promise<void>((done) => void clock.after(closeMs, done))]);
    },
  };
}

/** Ours unless the address says another. */
function withHeartbeat(address: string): string {
  const url = new URL(address);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds));
  return url.href;
}

function lineOf(error: unknown): string {
  const { message, code = '' } = error as Error & { code?: string | number };
  return (message.split('\n', 1)[0] || String(code)).replace(/\.$/, '');
}

/** What an error says that can never come right by itself; null: it may. */
function whyRefused(place: string, error: Error): StartRefused | null {
  const code = String((error as { code?: string | number }).code ?? '');
  const said = lineOf(error);
  if (/ACCESS[_-]REFUSED|\b403\b/.test(said)) return refused('refuses the user or the password');
  // Of what is refused so late the client says only that it is.
  if (/NOT[_-]ALLOWED|\b530\b|Expected ConnectionOpenOk; got .*ConnectionClose/.test(said))
    return refused('does not have that virtual host, or not for this user');
  if (code === 'ENOTFOUND') return refused('cannot be reached: its host name is unknown');
  if (/CERT|UNABLE_TO_VERIFY|WRONG_VERSION_NUMBER/.test(code)) return refused(`cannot be reached: ${said}`);
  return null;

  function refused(why: string): StartRefused {
    return new StartRefused(`${place} ${why}.`, { cause: error });
  }
}

function checkVersion(place: string, { connection: { serverProperties } }: ChannelModel): void {
  const { product, version } = serverProperties;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw new StartRefused(
    `${place} is ${product} ${version}; Onsale needs RabbitMQ ${oldest.major}.${oldest.minor} or newer.`,
  );
}
