import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { startSmtpSink } from '../../../test/support/smtp-sink.ts';
import { Secret } from '../../kernel/secret.ts';
import { createManualClock } from '../clock/clock.ts';
import { createKeptMailer } from './kept-mailer.ts';
import { type ArrivedMail, mailerContract } from './mailer.contract.ts';
import type { Mailer, OutgoingMail } from './mailer.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

const clock = createManualClock(Date.UTC(2027, 0, 15, 12));
const mail: OutgoingMail = {
  mailId: '01900000-0000-7000-8000-00000000000a',
  messageId: '01900000-0000-7000-8000-00000000000a@example.test',
  organizerId: 1,
  sender: 'tickets@example.test',
  recipient: 'ana@example.test',
  subject: 'Tickets',
  text: 'Here they are.',
  html: '<p>Here they are.</p>',
};

describe('mail kept in the database', async () => {
  const { database } = await createTestDatabase();
  mailerContract({
    mailer: () => createKeptMailer({ bypassingRls: database, clock }),
    arrived: (recipient) =>
      database.query<ArrivedMail>(
        `SELECT message_id AS "messageId", sender, recipient, subject, body_text AS text, body_html AS html,
           ARRAY(SELECT a ->> 'name' FROM jsonb_array_elements(attachments) a) AS attached
         FROM kept_mails WHERE recipient = $1`,
        [recipient],
      ),
  });
});

// MailDev of ../shared/services where the run names it; what it checks beyond our own sink is the real MIME structure.
const { ONSALE_TEST_SMTP_URL: smtpUrl, ONSALE_TEST_MAIL_API_URL: mailApiUrl } = process.env;

describe('mail by SMTP, received by MailDev', { skip: !(smtpUrl && mailApiUrl) && 'no mail server named' }, () => {
  const mailer = createSmtpMailer({ url: new Secret(smtpUrl ?? 'smtp://127.0.0.1:1') });
  after(() => mailer.close());
  mailerContract({ mailer: () => mailer, arrived: (recipient) => fromMailDev(mailApiUrl!, recipient) });
});

describe('mail by SMTP', () => {
  const open: Mailer[] = [];
  after(() => Promise.all(open.map((mailer) => mailer.close())));
  const mailerFor = (url: string) => {
    const mailer = createSmtpMailer({ url: new Secret(url) });
    open.push(mailer);
    return mailer;
  };

  test('goes out once, to one recipient, with its Message-ID', async () => {
    const sink = await startSmtpSink();
    assert.deepEqual(await mailerFor(sink.url).deliver(mail), { outcome: 'delivered' });
    assert.equal(sink.received.length, 1);
    assert.deepEqual(sink.received[0]!.to, ['ana@example.test']);
    assert.match(sink.received[0]!.raw, /^Message-ID: <01900000-0000-7000-8000-00000000000a@example\.test>$/im);
    await sink.stop();
  });

  test('an address that the server does not take is refused for good', async () => {
    const sink = await startSmtpSink((command) => (command.startsWith('RCPT') ? '550 no such user' : undefined));
    const delivery = await mailerFor(sink.url).deliver(mail);
    assert.equal(delivery.outcome, 'refused');
    await sink.stop();
  });

  test('a server that is busy with this address is asked again later', async () => {
    const sink = await startSmtpSink((command) => (command.startsWith('RCPT') ? '450 try later' : undefined));
    const delivery = await mailerFor(sink.url).deliver(mail);
    assert.deepEqual([delivery.outcome, 'serverAway' in delivery && delivery.serverAway], ['later', false]);
    await sink.stop();
  });

  test('a server that is away says so, and its password is in no fault', async () => {
    const sink = await startSmtpSink();
    await sink.stop();
    const delivery = await mailerFor(sink.url.replace('//', '//user:hush-hush@')).deliver(mail);
    assert.deepEqual([delivery.outcome, 'serverAway' in delivery && delivery.serverAway], ['later', true]);
    assert(!JSON.stringify(delivery).includes('hush-hush'));
  });

  test('a wrong login is a fault of the server, not of the mail', async () => {
    const sink = await startSmtpSink((command) => {
      if (command.startsWith('EHLO')) return '250-sink.test\r\n250 AUTH PLAIN';
      return command.startsWith('AUTH') ? '535 wrong login' : undefined;
    });
    const delivery = await mailerFor(sink.url.replace('//', '//user:hush-hush@')).deliver(mail);
    assert.deepEqual([delivery.outcome, 'serverAway' in delivery && delivery.serverAway], ['later', true]);
    assert(!JSON.stringify(delivery).includes('hush-hush'));
    await sink.stop();
  });
});

interface MailDevMail {
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments?: readonly { readonly fileName: string }[];
  readonly from: readonly { readonly address: string }[];
  readonly to: readonly { readonly address: string }[];
}

/** MailDev shows a mail a moment after it answered for it: asked until there is one, for half a second at most. */
async function fromMailDev(apiUrl: string, recipient: string): Promise<ArrivedMail[]> {
  for (let asked = 1; ; asked++) {
    const answer = await fetch(`${apiUrl}/email?to.address=${encodeURIComponent(recipient)}`);
    const mails = (await answer.json()) as MailDevMail[];
    if (mails.length > 0 || asked === 10) {
      return mails.map((one) => ({
        messageId: one.messageId.replace(/[<>]/g, ''),
        sender: one.from[0]!.address,
        recipient: one.to[0]!.address,
        subject: one.subject,
        text: one.text,
        html: one.html,
        attached: (one.attachments ?? []).map(({ fileName }) => fileName),
      }));
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}
