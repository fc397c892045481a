import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mailer, OutgoingMail } from './mailer.ts';

/** A mail as whoever receives it sees it. */
export interface ArrivedMail {
  readonly messageId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The names of its files. */
  readonly attached: readonly string[];
}

/** What every mailer must do. `arrived` reads what came to an address. */
export function mailerContract(parts: {
  readonly mailer: () => Mailer;
  readonly arrived: (recipient: string) => Promise<readonly ArrivedMail[]>;
}): void {
  let made = 0;
  const mail = (fields: Partial<OutgoingMail> = {}): OutgoingMail => {
    made += 1;
    const mailId = `01900000-0000-7000-8000-${String(made).padStart(12, '0')}`;
    return {
      mailId,
      messageId: `${mailId}@tickets.example.test`,
      organizerId: 1,
      sender: 'Teatro Guimerá, Santa Cruz <tickets@example.test>',
      recipient: `ana${made}@example.test`,
      subject: 'Your tickets for Bodas de sangre – ¡hasta pronto!',
      text: 'Row 7, seat 12\n.\nA lone full stop above, and a long line: '.concat('á'.repeat(300), '\n'),
      html: '<p>Row 7, <b>seat 12</b> ✓</p>\n',
      ...fields,
    };
  };

  test('a mail arrives with its subject, sender, both texts and its Message-ID', async () => {
    const sent = mail();
    assert.deepEqual(await parts.mailer().deliver(sent), { outcome: 'delivered' });
    const [found, ...others] = await parts.arrived(sent.recipient);
    assert.deepEqual(others, []);
    const { messageId, subject, recipient } = found!;
    assert.deepEqual(
      { messageId, subject, recipient },
      { messageId: sent.messageId, subject: sent.subject, recipient: sent.recipient },
    );
    assert.match(found!.sender, /tickets@example\.test/);
    assert.equal(found!.text.trim(), sent.text.trim());
    assert.equal(found!.html.trim(), sent.html.trim());
  });

  test('a mail with an attached picture arrives', async () => {
    const attachments = [
      { name: 'code-1.png', contentType: 'image/png', content: Buffer.from([1, 2, 3]), contentId: 'code-1' },
    ];
    const sent = mail({ attachments, html: '<img src="cid:code-1">' });
    assert.deepEqual(await parts.mailer().deliver(sent), { outcome: 'delivered' });
    const [found] = await parts.arrived(sent.recipient);
    assert.deepEqual(found!.attached, ['code-1.png']);
  });

  test('a mail that is handed over again keeps its Message-ID', async () => {
    const sent = mail();
    await parts.mailer().deliver(sent);
    assert.deepEqual(await parts.mailer().deliver(sent), { outcome: 'delivered' });
    const ids = new Set((await parts.arrived(sent.recipient)).map(({ messageId }) => messageId));
    assert.deepEqual([...ids], [sent.messageId]);
  });

  test('a subject cannot bring headers of its own', async () => {
    const sent = mail({ subject: 'Hello\r\nBcc: eve@example.test' });
    await parts.mailer().deliver(sent);
    assert.equal((await parts.arrived(sent.recipient)).length, 1);
    assert.deepEqual(await parts.arrived('eve@example.test'), []);
  });

  test('an address with tricks is one recipient', async () => {
    const sent = mail({ recipient: 'ana+seat@example.test' });
    await parts.mailer().deliver(sent);
    assert.equal((await parts.arrived('ana+seat@example.test')).length, 1);
    assert.deepEqual(await parts.arrived('seat@example.test'), []);
  });
}
