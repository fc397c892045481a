import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
import { Compile } from 'typebox/compile';

// Another service, written of what `/docs/async` says and nothing else: it imports no contract of ours, and knows no name from elsewhere.

interface Schema {
  readonly required?: readonly string[];
}

interface Ref {
  readonly $ref: string;
}

/** As far as this service reads it. */
interface AsyncDocument {
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly address: string | null;
        readonly bindings?: { readonly amqp: { readonly exchange: { readonly name: string; readonly type: string } } };
      }
    >
  >;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly action: 'send' | 'receive';
        readonly channel: Ref;
        readonly messages: readonly Ref[];
        readonly reply?: { readonly messages: readonly Ref[] };
      }
    >
  >;
  readonly components: {
    readonly messages: Readonly<
      Record<
        string,
        {
          readonly name: string;
          readonly contentType: string;
          readonly payload: object;
          readonly headers: { readonly properties: { readonly version: { readonly const: number } } };
          readonly 'x-amqp-properties': Schema;
        }
      >
    >;
  };
}

/** What this service wants, as it keeps it: sent again it is the same message. */
export interface Wish {
  readonly messageId: string;
  readonly name: string;
  readonly payload: object;
}

export interface Heard {
  readonly name: string;
  readonly messageId: string;
  // biome-ignore lint/suspicious/noExplicitAny: checked by the schema of the document
  readonly payload: any;
}

export interface OtherService {
  readonly document: AsyncDocument;
  /** What it heard without asking. */
  readonly announced: readonly Heard[];
  wish(name: string, payload: object): Wish;
  /** Sends a wish, as often as `times`; answers once RabbitMQ has it. `how`: what is different from what the document says. */
  send(wish: Wish, how?: { times?: number; headers?: object; properties?: object; content?: Buffer }): Promise<void>;
  /** Sends it until there is an answer. Throws after a minute. */
  ask(wish: Wish, how?: { times?: number }): Promise<Heard>;
  /** Ends at once, without a word, as a process that is killed. */
  die(): void;
}

const last = ({ $ref }: Ref) => $ref.split('/').at(-1)!;
const askAgainMs = 1_500;
const patienceMs = 60_000;

/** Joins with what `/docs/async` says at an address. */
export async function joinAsOtherService(parts: {
  readonly url: string;
  readonly amqp: () => string;
  readonly key: string;
}): Promise<OtherService> {
  const answer = await fetch(`${parts.url}/docs/async`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  const document = (await answer.json()) as AsyncDocument;
  const answers = new Map<string, (heard: Heard) => void>();
  const announced: Heard[] = [];
  const myQueue = `bookings-${randomUUID()}`;
  let open: { readonly connection: ChannelModel; readonly channel: ConfirmChannel } | null = null;
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  let isDead = false;

  const messageOf = (name: string) => {
    const message = document.components.messages[name];
    assert.ok(message, `the document knows no ${name}`);
    return message;
  };

  function check(name: string, payload: unknown): void {
    const validator = Compile(messageOf(name).payload);
    assert.ok(validator.Check(payload), `${name}: ${JSON.stringify(validator.Errors(payload).slice(0, 3))}`);
  }

  function hear(raw: ConsumeMessage | null): void {
    if (raw === null || isDead) return;
    const { type, messageId, correlationId } = raw.properties;
    const heard = { name: String(type), messageId: String(messageId), payload: JSON.parse(raw.content.toString()) };
    check(heard.name, heard.payload);
    const waiting = answers.get(String(correlationId));
    if (correlationId === undefined) announced.push(heard);
    else waiting?.(heard);
    open?.channel.ack(raw);
  }

  async function channel(): Promise<ConfirmChannel> {
    if (isDead) throw new Error('this service is dead');
    if (open) return open.channel;
    const connection = await connect(parts.amqp());
    connection.on('error', () => {});
    connection.on('close', () => {
      open = null;
    });
    const made = await connection.createConfirmChannel();
    made.on('error', () => {});
    await made.assertQueue(myQueue, { durable: true });
    for (const { action, channel: ref } of Object.values(document.operations)) {
      const { address, bindings } = document.channels[last(ref)]!;
      if (action === 'send') await made.bindQueue(myQueue, bindings!.amqp.exchange.name, address!);
    }
    await made.consume(myQueue, hear);
    open = { connection, channel: made };
    return made;
  }

  async function send(
    { messageId, name, payload }: Wish,
    { times = 1, headers, properties, content }: Parameters<OtherService['send']>[1] = {},
  ): Promise<void> {
    const operation = document.operations[name]!;
    assert.equal(operation.action, 'receive');
    const { address, bindings } = document.channels[last(operation.channel)]!;
    const message = messageOf(last(operation.messages[0]!));
    const { name: exchange, type } = bindings!.amqp.exchange;
    assert.equal(type, 'topic');
    const ready = await channel();
    const options = {
      messageId,
      type: message.name,
      contentType: message.contentType,
      persistent: true,
      ...(message['x-amqp-properties'].required?.includes('reply_to') && {
        replyTo: myQueue,
        correlationId: messageId,
      }),
      ...properties,
      headers: {
        version: message.headers.properties.version.const,
        authorization: `Bearer ${parts.key}`,
        ...headers,
      },
    };
    for (let time = 0; time < times; time++)
      ready.publish(exchange, address!, content ?? Buffer.from(JSON.stringify(payload)), options);
    await ready.waitForConfirms();
  }

  await channel();
  return {
    document,
    announced,
    wish(name, payload) {
      check(name, payload);
      return { messageId: randomUUID(), name, payload };
    },
    send,
    async ask(wish, how) {
      const { promise, resolve } = Promise.withResolvers<Heard>();
      answers.set(wish.messageId, resolve);
      const asking = setInterval(() => void send(wish).catch(() => {}), askAgainMs);
      const giveUp = Promise.withResolvers<never>();
      giveUp.promise.catch(() => {});
      const late = setTimeout(
        () => giveUp.reject(new Error(`no answer to ${wish.name} ${wish.messageId}`)),
        patienceMs,
      );
      try {
        // Away for now: it is sent again.
        await send(wish, how).catch(() => {});
        const heard = await Promise.race([promise, giveUp.promise, death.promise]);
        const allowed = document.operations[wish.name]!.reply!.messages.map(last);
        assert.ok(allowed.includes(heard.name), `${heard.name} is no answer to ${wish.name}`);
        return heard;
      } finally {
        clearInterval(asking);
        clearTimeout(late);
        answers.delete(wish.messageId);
      }
    },
    die() {
      isDead = true;
      death.reject(new Error('this service is dead'));
      const connection = open?.connection;
      open = null;
      (
        connection as unknown as { connection: { stream: { destroy(): void } } } | undefined
      )?.connection.stream.destroy();
    },
  };
}
