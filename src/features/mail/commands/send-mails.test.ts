import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { createManualClock } from '../../../platform/clock/clock.ts';
import type { Delivery, OutgoingMail } from '../../../platform/mail/mailer.ts';
import { createMailConsumer } from './note-mails.ts';
import { createSendMails } from './send-mails.ts';

const { database } = await createTestDatabase();
const clock = createManualClock(Date.UTC(2027, 0, 15, 12));
const hourMs = 3_600_000;

let tried: OutgoingMail[] = [];
let done: string[] = [];
let deliver: (mail: OutgoingMail) => Promise<Delivery> = async () => ({ outcome: 'delivered' });
const later = (serverAway: boolean) => async (): Promise<Delivery> => ({ outcome: 'later', fault: 'busy', serverAway });

const sendMails = createSendMails({
  database,
  clock,
  mailer: {
    async deliver(mail) {
      tried.push(mail);
      return deliver(mail);
    },
    async close() {},
  },
  senderOf: async () => ({ from: 'Teatro <tickets@teatro.example.test>', replyTo: null }),
  writeMail: async ({ kind }) =>
    kind === 'gone' ? null : { language: 'en', subject: kind, heading: kind, blocks: ['Hello,'], footer: [] },
  onDone: (outcome, { kind }) => done.push(`${kind} ${outcome}`),
});

async function note(count: number, kind = 'invitation') {
  const payload = (cause: string) => ({
    cause,
    kind,
    organizerId: 1,
    to: `${cause}@example.test`,
    facts: { token: 'x' },
  });
  const messages = Array.from({ length: count }, (_, i) => ({
    messageId: '',
    topic: 'mail.requested',
    payload: payload(`${kind}-${i}`),
  }));
  await database.transaction((tx) => createMailConsumer(clock).handle(tx, messages));
}

beforeEach(async () => {
  await database.query('DELETE FROM mails');
  tried = [];
  done = [];
  deliver = async () => ({ outcome: 'delivered' });
});

test('all that waits is sent, more than are in hand at once', async () => {
  await note(45);
  assert.equal(await sendMails(), 45);
  assert.equal(await sendMails(), 0);
  assert.equal(new Set(tried.map(({ recipient }) => recipient)).size, 45);
});

test('several senders at once send each mail once', async () => {
  await note(60);
  await Promise.all([sendMails(), sendMails(), sendMails()]);
  assert.equal(tried.length, 60);
});

test('a mail that is not taken is tried again under the same Message-ID, with growing pauses', async () => {
  await note(1);
  deliver = later(false);
  const triedAfterMinutes: number[] = [];
  for (let minute = 0; minute <= 30; minute += 0.5) {
    const before = tried.length;
    await sendMails();
    if (tried.length > before) triedAfterMinutes.push(minute);
    clock.advance(30_000);
  }
  assert.deepEqual(triedAfterMinutes, [0, 0.5, 1.5, 3.5, 7.5, 15.5]);
  assert.equal(new Set(tried.map(({ messageId }) => messageId)).size, 1);
  deliver = async () => ({ outcome: 'delivered' });
  clock.advance(hourMs);
  await sendMails();
  assert.deepEqual(done, ['invitation sent']);
});

test('a mail server that is away is not asked for every mail', async () => {
  await note(100);
  deliver = later(true);
  await sendMails();
  assert.equal(tried.length, 20);
});

test('a mail that is refused, or whose matter is gone, is given up at once', async () => {
  await note(1);
  await note(1, 'gone');
  deliver = async () => ({ outcome: 'refused', fault: '550 no such user' });
  await sendMails();
  assert.deepEqual(done.toSorted(), ['gone given-up', 'invitation given-up']);
  const rows = await database.query<{ last_fault: string; facts: object }>(
    'SELECT last_fault, facts FROM mails ORDER BY kind',
  );
  assert.deepEqual(rows, [
    { last_fault: 'What it was about is gone.', facts: {} },
    { last_fault: '550 no such user', facts: {} },
  ]);
});

test('after three days without success a mail is given up', async () => {
  await note(1);
  deliver = later(true);
  for (let hour = 0; hour < 80; hour++) {
    await sendMails();
    clock.advance(hourMs);
  }
  assert.deepEqual(done, ['invitation given-up']);
});

test('what a sender that died had in hand is sent by another', async () => {
  await note(1);
  deliver = () => Promise.reject(new Error('killed'));
  await assert.rejects(sendMails());
  deliver = async () => ({ outcome: 'delivered' });
  await sendMails();
  assert.equal(done.length, 0);
  clock.advance(5 * 60_000);
  await sendMails();
  assert.deepEqual(done, ['invitation sent']);
});
