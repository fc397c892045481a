import { requests, type ServiceMessage, serviceEvents } from '../../../contract/service-messages.ts';
import { deadQueue, exchange } from '../../../platform/messages/rabbitmq-names.ts';
import { contentBytesMax } from '../../../platform/messages/read-delivery.ts';

const description = `Messages between Onsale and other services, over RabbitMQ (AMQP 0-9-1), where RABBITMQ_URL is set.

Publish to the topic exchange \`${exchange}\`; the routing key is the name of the message.

Each message has the AMQP properties \`message_id\` (a UUID, the same whenever the message is sent again), \`type\` (its name) and \`content_type\`
(application/json), and the header \`version\` (left out: 1). What Onsale sends may come twice: know it by its message_id. New fields may come at any time.

A request has the header \`authorization\` (\`Bearer\` and an API key of Onsale, with the scopes that the API asks for), and where it is answered the
properties \`reply_to\` (a queue of yours) and \`correlation_id\`, which the answer carries again. Asked again under the same message_id it does nothing more,
and is answered the same, for a week. No answer: ask again.

What cannot be handled lies in the queue \`${deadQueue}\` with the reason in its header \`x-onsale-reason\`: NOT_ALLOWED (key or scope), SCHEMA, NOT_JSON,
TOO_LARGE (over ${contentBytesMax} bytes), MESSAGE_ID_MISSING, MESSAGE_ID_REUSED (another request had it), TYPE_MISSING, TYPE_UNKNOWN, VERSION_UNKNOWN,
REPLY_TO_MISSING, CORRELATION_ID_MISSING, EVENT_UNKNOWN (also answered), FAILED (tried several times), DELIVERY_LIMIT.`;

const properties = (isRequest: boolean, isAnswered: boolean) => ({
  type: 'object',
  properties: {
    message_id: { type: 'string', format: 'uuid' },
    type: { type: 'string' },
    content_type: { type: 'string', const: 'application/json' },
    ...(isRequest && {
      correlation_id: { type: 'string', description: 'Of your choice; the answer has it again.' },
      reply_to: { type: 'string', description: 'The queue that the answer goes to.' },
    }),
  },
  required: ['message_id', 'type', ...(isAnswered ? ['correlation_id', 'reply_to'] : [])],
});

function toMessage(name: string, message: ServiceMessage, request?: { readonly isAnswered: boolean }) {
  const { version, summary, payload } = message;
  return {
    name,
    title: name,
    summary,
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: {
        version: { type: 'integer', const: version },
        ...(request && { authorization: { type: 'string', description: 'Bearer and an API key.' } }),
      },
      ...(request && { required: ['authorization'] }),
    },
    payload,
    bindings: { amqp: { messageType: name, bindingVersion: '0.3.0' } },
    'x-amqp-properties': properties(request !== undefined, request?.isAnswered ?? false),
  };
}

const messageRef = (name: string) => ({ $ref: `#/components/messages/${name}` });
const channelMessage = (channel: string, name: string) => ({ $ref: `#/channels/${channel}/messages/${name}` });

function byRoutingKey(name: string) {
  return {
    address: name,
    messages: { [name]: messageRef(name) },
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: exchange, type: 'topic', durable: true, autoDelete: false },
        bindingVersion: '0.3.0',
      },
    },
  };
}

/** What Onsale says to other services and takes of them, as an AsyncAPI 3.0 document: made of the schemas that messages are checked by. */
export function asyncDocument(version: string) {
  const asked = Object.entries(requests);
  const said = Object.entries(serviceEvents);
  const replies = new Set(asked.flatMap(([, request]) => request.replies as readonly string[]));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Onsale', version, description },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(asked.map(([name]) => [name, byRoutingKey(name)])),
      replies: {
        address: null,
        description: 'The queue that a request names in its property reply_to, by the default exchange.',
        messages: Object.fromEntries([...replies].map((name) => [name, messageRef(name)])),
      },
    },
    operations: {
      ...Object.fromEntries(asked.map(([name, request]) => [name, toReceive(name, request)])),
    },
    components: {
      messages: {
        ...Object.fromEntries(
          asked.map(([name, request]) => [name, toMessage(name, request, { isAnswered: request.replies.length > 0 })]),
        ),
        ...Object.fromEntries(said.map(([name, message]) => [name, toMessage(name, message)])),
      },
    },
  };
}

function toReceive(name: string, { summary, scopes, replies }: (typeof requests)[keyof typeof requests]) {
  return {
    action: 'receive',
    channel: { $ref: `#/channels/${name}` },
    summary,
    description:
      scopes.length === 0
        ? 'Any API key will do.'
        : `The API key needs the scope ${scopes.join(' or ')}, of the organiser of the event.`,
    messages: [channelMessage(name, name)],
    ...(replies.length > 0 && {
      reply: {
        address: { location: '$message.header#/reply_to', description: 'The AMQP property reply_to.' },
        channel: { $ref: '#/channels/replies' },
        messages: replies.map((reply) => channelMessage('replies', reply)),
      },
    }),
  };
}
