import { parseArgs } from 'node:util';
import { withDeadLetters } from '../compose/rabbitmq.ts';
import type { DeadLetter } from '../platform/messages/dead-letters.ts';
import { type Command, UsageError } from './io.ts';

export const messagesHelp = `onsale messages dead [--limit N] [--json]
    Lists messages that nobody could handle, oldest first, each with the reason: they wait in RabbitMQ
    (queue onsale.dead) and stay there. What they say is not shown. At most 100 unless --limit says else.

onsale messages replay ID… | --all
    Sends dead letters back to the queue they came from, once what was wrong with them is mended. Each takes
    effect at most once, however often it is sent.

Both work beside a running server, on the RabbitMQ of RABBITMQ_URL. Exit codes: 0 done, 1 it could not be
done, or some of them had no queue to go back to.
`;

const limitUsual = 100;

/** `onsale messages`. */
export const messagesCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      limit: { type: 'string' },
    },
  });
  const [what, ...ids] = positionals;
  const { rabbitmqUrl: url, rabbitmqCa: ca } = io.settings;
  if (what === 'dead') {
    if (ids.length > 0) throw new UsageError(`messages dead does not know ${JSON.stringify(ids[0])}.`);
    const limit = values.limit === undefined ? limitUsual : Number(values.limit);
    if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit must be a whole number from 1.');
    const letters = await withDeadLetters({ url, ca }, (dead) => dead.list(limit));
    io.stdout.write(values.json ? `${JSON.stringify(letters, null, 2)}\n` : table(letters));
    return 0;
  }
  if (what !== 'replay') throw new UsageError('messages needs dead or replay.');
  if (values.all === ids.length > 0) throw new UsageError('messages replay needs ids of messages, or --all.');
  const { replayed, kept } = await withDeadLetters({ url, ca }, (dead) =>
    dead.replay(({ messageId }) => values.all || ids.includes(messageId)),
  );
  io.stdout.write(`${replayed} sent back.${kept > 0 ? ` ${kept} have no queue to go back to, and stay.` : ''}\n`);
  if (!values.all && replayed + kept < ids.length) io.stdout.write(`${ids.length - replayed - kept} are not there.\n`);
  return kept > 0 || (!values.all && replayed < ids.length) ? 1 : 0;
};

function table(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'There are no dead letters.\n';
  const lines = letters.map(
    ({ messageId, topic, queue, reason, detail, diedAt }) =>
      `${diedAt ?? 'unknown time'}  ${messageId || 'without id'}  ${topic || 'without type'}  ${queue ?? 'unknown queue'}  ${reason}  ${printable(detail)}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Whatever another service wrote moves no cursor. */
const printable = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
