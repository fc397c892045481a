import { readCertificate } from './config-readers.ts';
import { addressWithPassword } from './config-secrets.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { Secret } from './kernel/secret.ts';

const form = 'must read amqp://user:password@host:5672/virtual-host (amqps: with TLS)';

function readAddress(text: string): Decision<Secret | undefined, string> {
  const url = /^amqps?:\/\/.+/.test(text) && URL.canParse(text) ? new URL(text) : null;
  const [, ...steps] = url?.pathname.split('/') ?? [];
  const unknown = [...(url?.searchParams.keys() ?? [])].some((name) => name !== 'heartbeat');
  const isAddress = url !== null && url.hostname !== '' && steps.length <= 1 && !url.hash && !unknown;
  return isAddress ? accept(new Secret(text)) : refuse(form);
}

/** The address in the names that services of .NET have: a host with the other parts beside it. Undefined: none is set. */
function readParts(environment: NodeJS.ProcessEnv): string | undefined {
  const part = (name: string) => environment[`RabbitMq__${name}`] || undefined;
  const host = part('Host');
  if (host === undefined) return undefined;
  const [user, password, virtualHost] = [
    part('Username') ?? 'guest',
    part('Password') ?? 'guest',
    part('VirtualHost') ?? '/',
  ].map(encodeURIComponent);
  return `amqp://${user}:${password}@${host}/${virtualHost}`;
}

/** The settings about RabbitMQ. The address stays a text, because it holds a password. */
export const rabbitMqSettings = {
  rabbitmqUrl: {
    env: 'RABBITMQ_URL',
    fallback: undefined,
    about:
      'RabbitMQ 3.10 or newer, for messages to and from other services: `amqp://user:password@host:5672/virtual-host`, `amqps://…` by TLS. Where it is not set, `RabbitMq__Host`, `RabbitMq__Username`, `RabbitMq__Password` and `RabbitMq__VirtualHost` are read.',
    secret: addressWithPassword,
    alias: readParts,
    read: readAddress,
  },
  rabbitmqCa: {
    env: 'RABBITMQ_CA',
    fallback: undefined,
    about:
      'Certificate of the authority that signs that of RabbitMQ, where it is your own: as PEM or the path of a file.',
    read: (text: string): Decision<string | undefined, string> => readCertificate(text),
  },
} as const;
