import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { rebuildBookings } from '../../src/features/booking/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';
import { mailedOrder } from '../support/order-address.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function buy(customerEmail: string, account?: Record<string, string>) {
  const { eventId } = await office.show({ title: 'Yerma' });
  const held = await office.hold({ eventId, quantity: 1, customerEmail, customerName: 'Anna' }, account);
  const owner: Record<string, string> = account ?? office.owner(held);
  const payload = { reservationId: held.reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
  const bought = await office.send('POST', '/api/tickets/purchase', owner, payload);
  assert.equal(bought.status, 201, bought.text);
  const bookingId = bought.body.bookingId as string;
  const linkOf = async () => mailedOrder(app, customerEmail);
  return { owner, path: `/api/bookings/${bookingId}`, linkOf };
}

const orderLinkIn = (text: string) => /\/order\/[\w.-]+/.exec(text)?.[0]?.replace('/order/', '/api/orders/');
const statusOf = async (link: string) => (await office.send('GET', link, {})).status;

describe('a wrong mail address', () => {
  test(
    'is corrected: the mail goes to the right one, and what went to the wrong one opens nothing',
    needs('database'),
    async () => {
      const { path, owner } = await buy('wrong@contacts.test');
      const [first] = await mailsTo(app, 'wrong@contacts.test', 1);
      const link = orderLinkIn(first!.text)!;
      const wish = { email: 'Right@contacts.test', name: 'Ana Sousa' };
      const corrected = await office.send('PUT', `${path}/contact`, owner, wish);
      assert.equal(corrected.status, 200, corrected.text);
      assert.deepEqual(
        [corrected.body.customer.email, corrected.body.customer.name],
        ['Right@contacts.test', 'Ana Sousa'],
      );
      assert.equal(corrected.body.customer.phone, null);

      const [again] = await mailsTo(app, 'Right@contacts.test', 1);
      assert.equal(again!.subject, 'Your ticket for Yerma');
      assert.match(again!.text, /Ana Sousa/);
      const fresh = orderLinkIn(again!.text)!;
      assert.notEqual(fresh, link);
      assert.equal((await office.send('GET', fresh, {})).body.customer.name, 'Ana Sousa');
      for (const address of [link, `${link}/receipt`, `${link}/tickets.pdf`])
        assert.equal(await statusOf(address), 404);
      assert.equal((await office.send('POST', `${link}/cancel`, {})).body.code, 'ORDER_LINK_UNKNOWN');
      // A version is signed: none is taken off or put on.
      for (const forged of [fresh.replace('-1.', '.'), fresh.replace('-1.', '-2.'), link.replace('.1.', '.1-1.')]) {
        assert.equal(await statusOf(forged), 404, forged);
      }

      const subject = /^Mails about order [0-9A-Z]{4}-[0-9A-Z]{4} go to another address now$/;
      const notice = (await mailsTo(app, 'wrong@contacts.test', 2)).find((mail) => subject.test(mail.subject))!;
      assert.doesNotMatch(notice.text, /Ana|Right@|\/order\//);
      assert.equal(
        (await app.database.query('SELECT FROM kept_mails WHERE recipient = $1', ['wrong@contacts.test'])).length,
        2,
      );
    },
  );

  test('stands in the history by what was changed and by whom, never in its words', async () => {
    const { path, owner } = await buy('some@contacts.test');
    await office.send('PUT', `${path}/contact`, owner, { email: 'other@contacts.test' });
    await office.send('PUT', `${path}/contact`, office.staff, { name: 'Hedy', phone: '+49 30 1' });
    await office.send('PUT', `${path}/contact`, owner, { email: 'OTHER@contacts.test' });
    const same = await office.send('PUT', `${path}/contact`, owner, { name: 'Hedy' });
    assert.equal(same.status, 200);
    const { body, text } = await office.send('GET', `${path}/history`, owner);
    const corrections = body.items.filter(({ type }: { type: string }) => type === 'ContactCorrected');
    assert.deepEqual(
      corrections.map(({ data }: { data: object }) => data),
      [
        { fields: ['email'], endsLinks: true },
        { fields: ['name', 'phone'], endsLinks: false },
        { fields: ['email'], endsLinks: false },
      ],
    );
    assert.match(corrections[0].actor, /^guest:/);
    assert.match(corrections[1].actor, /^key:/);
    assert.doesNotMatch(text, /Hedy|other@|OTHER@|some@/);
    const { body: booking } = await office.send('GET', path, owner);
    assert.deepEqual([booking.customer.name, booking.customer.email], ['Hedy', 'OTHER@contacts.test']);
  });

  test('is corrected by the link, which is answered anew; of an account by the account alone', async () => {
    const link = await (await buy('typo@contacts.test')).linkOf();
    const corrected = await office.send('PUT', `${link}/contact`, {}, { email: 'fixed@contacts.test' });
    assert.equal(corrected.status, 200, corrected.text);
    assert.equal(await statusOf(link), 404);
    const next = corrected.body.orderLink.replace('/order/', '/api/orders/');
    assert.equal(await statusOf(next), 200);
    assert.equal(await statusOf(corrected.body.orderLink.replace('/order/', '/api/orders/').slice(0, -1)), 404);

    const accounts = accountDesk(app);
    const eva = accounts.bearer(await accounts.member('eva@members.test'));
    const own = await buy('eva-typo@contacts.test', eva);
    const refused = await office.send('PUT', `${await own.linkOf()}/contact`, {}, { email: 'thief@contacts.test' });
    assert.deepEqual([refused.status, refused.body.code], [403, 'CONTACT_OF_ACCOUNT']);
    assert.equal((await office.send('PUT', `${own.path}/contact`, eva, { email: 'eva@contacts.test' })).status, 200);
    // Whoever proves the new address gets no booking of somebody else's account.
    const other = accounts.bearer(await accounts.member('eva@contacts.test'));
    assert.equal((await office.send('GET', own.path, other)).status, 404);
    assert.equal((await office.send('GET', own.path, eva)).status, 200);
  });

  test('is corrected so often and no more, and by nobody else', needs('clock'), async () => {
    const { path, owner } = await buy('n0@contacts.test');
    const correct = (email: string, headers = owner) => office.send('PUT', `${path}/contact`, headers, { email });
    assert.equal((await correct('x@contacts.test', {})).body.code, 'BOOKING_UNKNOWN');
    assert.equal((await correct('x@contacts.test', (await buy('z@contacts.test')).owner)).body.code, 'BOOKING_UNKNOWN');
    for (const body of [{}, { email: 'none' }, { name: '' }, { email: 'a@b.example', more: 1 }]) {
      assert.equal((await office.send('PUT', `${path}/contact`, owner, body)).status, 400, JSON.stringify(body));
    }
    for (let i = 1; i <= 5; i++) assert.equal((await correct(`n${i}@contacts.test`)).status, 200);
    assert.equal((await correct('n6@contacts.test')).body.code, 'TOO_MANY_MAILS');
    app.clock.advance(16 * 60_000);
    const refused = await correct('n6@contacts.test');
    assert.deepEqual([refused.status, refused.body.code, refused.body.max], [409, 'CONTACT_CORRECTED_OFTEN', 5]);
    assert.equal((await correct('n6@contacts.test', office.staff)).status, 200);
  });

  test('that is corrected while its mail waits is written to no more', needs('jobs'), async () => {
    const { path, owner } = await buy('slow@contacts.test');
    await office.send('PUT', `${path}/contact`, owner, { email: 'fast@contacts.test' });
    assert.deepEqual((await mailsTo(app, 'fast@contacts.test', 1)).map(({ subject }) => subject).slice(0, 1), [
      'Your ticket for Yerma',
    ]);
    for (const { text } of await mailsTo(app, 'slow@contacts.test')) assert.equal(orderLinkIn(text), undefined);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await app.runJobs();
    assert.equal((await rebuildBookings(app.database)).corrected, 0);
    await office.assertSound();
  });
});
