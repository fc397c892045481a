import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice, goesBack } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

let app: TestApp;
let desk: ReturnType<typeof paymentDesk>;
before(async () => {
  app = await startTestApp();
  desk = paymentDesk(app);
});

let people = 0;
const never = { cancellation: { allowed: false } };
const oldDate = 'Monday, 1 March 2027 at 20:00';
const newDate = 'Saturday, 1 May 2027 at 20:00';
const may = '2027-05-01T20:00:00Z';

function deskOf(testApp: TestApp) {
  const office = boxOffice(testApp);
  const put = async (url: string, payload: object) => {
    await testApp.aSecond();
    const changed = await office.send('PUT', url, office.staff, payload);
    assert.equal(changed.status, 200, changed.text);
    return changed.body;
  };
  return {
    office,
    change: (eventId: number, payload: object) => put(`/api/events/${eventId}`, payload),
    changeVenue: (venueId: number, payload: object) => put(`/api/venues/${venueId}`, payload),
    async settle() {
      for (let i = 0; i < 3; i++) await testApp.runJobs();
      await testApp.aSecond();
    },
    /** The mails of an address beside the tickets, in the order of their coming: subject and text. */
    async news(address: string): Promise<string[]> {
      const mails = await mailsTo(testApp, address);
      return mails
        .filter(({ subject }) => !/^Your .*tickets? for/.test(subject))
        .map(({ subject, text }) => `${subject}\n${text}`);
    },
    async progress(eventId: number) {
      const { items } = (await office.send('GET', `/api/events/${eventId}/changes`, office.staff)).body;
      return items.map(
        ({ kind, state, notified, total }: Record<string, unknown>) => `${kind} ${state} ${notified}/${total}`,
      );
    },
    cancel: (held: { sessionToken: string }, bookingId: string) =>
      office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held)),
  };
}

async function sell(more: object = {}) {
  const tools = deskOf(app);
  const email = `reader${++people}@news.test`;
  const show = await tools.office.show({ title: `Yerma ${people}`, venue: 'News Hall', ...never, ...more });
  const held = await tools.office.hold({ eventId: show.eventId, quantity: 2, customerEmail: email });
  const paid = await tools.office.pay(held);
  assert.equal(paid.status, 201, paid.text);
  await tools.settle();
  return { ...tools, ...show, email, held, bookingId: paid.body.bookingId as string };
}

describe('the buyers of a show are notified', () => {
  test('that it is postponed: no new date, and what they may do', async () => {
    const { change, settle, news, eventId, email, title } = await sell();
    await change(eventId, { status: 'postponed' });
    await settle();
    const [mail, ...others] = await news(email);
    assert.deepEqual(others, []);
    assert.match(mail!, new RegExp(`^${title} is postponed\n`));
    assert.match(mail!, /A new date will follow/);
    assert.match(mail!, new RegExp(`Old date: ${oldDate}`));
    assert.match(
      mail!,
      /give them back and get all your money back until the new date is known, and then until the show/,
    );
    assert.doesNotMatch(mail!, /Now it is|moved|has a new date/);
  });

  test('that it takes place at its first date after all', async () => {
    const { change, settle, news, eventId, email, title } = await sell();
    for (const status of ['postponed', 'published']) {
      await change(eventId, { status });
      await settle();
    }
    const [, mail, ...others] = await news(email);
    assert.deepEqual(others, []);
    assert.match(mail!, new RegExp(`^${title} takes place at its first date after all\n`));
    assert.match(mail!, new RegExp(`When: ${oldDate}`));
    assert.match(mail!, new RegExp(`all your money back until the show begins on ${oldDate}`));
  });

  test('of the new date with the old one, whenever it was set while the show was postponed, and never before', async () => {
    const ways = [
      [{ status: 'postponed' }, { startsAt: '2027-04-01T20:00:00Z' }, { startsAt: may }, { status: 'published' }],
      [{ status: 'postponed', startsAt: may }, { status: 'published' }],
      [{ status: 'postponed' }, { status: 'published', startsAt: may }],
    ];
    for (const steps of ways) {
      const { change, settle, news, eventId, email, title, progress } = await sell();
      for (const step of steps) {
        await change(eventId, step);
        await settle();
      }
      const [postponed, mail, ...others] = await news(email);
      assert.deepEqual(others, []);
      assert.match(postponed!, /is postponed\n/);
      assert.match(mail!, new RegExp(`^${title} has a new date\n`));
      assert.match(mail!, new RegExp(`New date: ${newDate}.*\nOld date: ${oldDate}`));
      assert.match(mail!, new RegExp(`until the show begins on ${newDate}`));
      assert.deepEqual(await progress(eventId), ['resumed done 1/1', 'postponed done 1/1']);
    }
  });

  test('by the route that publishes, too', async () => {
    const { change, settle, office, news, eventId, email } = await sell();
    await change(eventId, { status: 'postponed' });
    assert.equal((await office.send('POST', `/api/events/${eventId}/publish`, office.staff)).status, 200);
    await settle();
    assert.equal((await news(email)).length, 2);
  });

  test('of a move: old and new date and place, and a subject that fits', async () => {
    const { change, settle, news, eventId, email, title } = await sell();
    const steps = [
      { startsAt: '2027-03-01T21:30:00Z' },
      { venue: 'Arena', venueAddress: 'Harbour 2' },
      { startsAt: may, venue: 'News Hall', venueAddress: 'Main Street 1' },
    ];
    for (const step of steps) {
      await change(eventId, step);
      await settle();
    }
    const [time, place, both, ...others] = await news(email);
    assert.deepEqual(others, []);
    assert.match(time!, new RegExp(`^${title} has a new time\n`));
    assert.match(time!, /New date: Monday, 1 March 2027 at 21:30.*\nOld date: Monday, 1 March 2027 at 20:00/);
    assert.match(place!, new RegExp(`^${title} has a new place\n`));
    assert.match(
      place!,
      /When: Monday, 1 March 2027 at 21:30.*\nNew place: Arena, Harbour 2\nOld place: News Hall, Main Street 1/,
    );
    assert.match(both!, new RegExp(`^${title} has a new date and a new place\n`));
    assert.match(both!, new RegExp(`New date: ${newDate}.*\nOld date: Monday, 1 March 2027 at 21:30`));
    for (const mail of [time, place, both]) assert.match(mail!, /give them back and get all your money back until/);
  });

  test('of other doors, another end and a corrected address, without a right to their money', async () => {
    const { change, changeVenue, settle, news, eventId, venueId, email, title, cancel, held, bookingId } = await sell({
      doorsAt: '2027-03-01T19:00:00Z',
      venue: `Hall ${people}`,
    });
    for (const step of [{ doorsAt: '2027-03-01T18:30:00Z' }, { endsAt: '2027-03-01T23:00:00Z' }]) {
      await change(eventId, step);
      await settle();
    }
    await changeVenue(venueId, { address: 'Main Street 11', city: 'Bern' });
    await changeVenue(venueId, { latitude: 46.9, longitude: 7.4 });
    await settle();
    const [doors, end, address, ...others] = await news(email);
    assert.deepEqual(others, []);
    assert.match(doors!, new RegExp(`^${title}: the doors open at another time\n`));
    assert.match(doors!, /Doors: Monday, 1 March 2027 at 18:30 .*before: Monday, 1 March 2027 at 19:00/);
    assert.match(end!, new RegExp(`^${title}: the end is at another time\n`));
    assert.match(address!, new RegExp(`^${title}: the address has changed\n`));
    assert.match(address!, /New place: .*Main Street 11, Bern\nOld place: .*Main Street 1\n/);
    for (const mail of [doors, end, address]) assert.doesNotMatch(mail!, /money/);
    assert.equal((await cancel(held, bookingId)).body.code, 'CANCELLATION_NOT_ALLOWED');
  });

  test('of a venue only as far as their show is ahead of them', needs('clock'), async () => {
    const { changeVenue, settle, news, venueId, email } = await sell({ venue: 'Old Barn' });
    app.clock.advance(60 * 86_400_000);
    await changeVenue(venueId, { address: 'Elsewhere 3' });
    await settle();
    assert.deepEqual(await news(email), []);
    app.clock.advance(-60 * 86_400_000);
  });

  test('once each, however often the job begins again', needs('database'), async () => {
    const { change, settle, news, eventId, email } = await sell();
    await change(eventId, { startsAt: may });
    await settle();
    await app.database.query(
      `UPDATE show_changes SET state = 'running', after_booking = NULL, told = 0 WHERE event_id = $1`,
      [eventId],
    );
    await settle();
    assert.equal((await news(email)).length, 1);
  });
});

describe('who is paying while the show moves', () => {
  test(
    'is notified once the card is confirmed, may give the tickets back, and is counted',
    needs('database'),
    async () => {
      const { office, change, settle, news, progress, cancel } = deskOf(app);
      const { eventId } = await office.show({ title: 'At the bank', ...never });
      const held = await office.hold({ eventId, quantity: 1, customerEmail: 'bank@news.test' });
      const asked = await desk.buy(held, 'tok_3ds', 'bank-1');
      assert.equal(asked.status, 202);
      await change(eventId, { startsAt: may });
      await settle();
      assert.deepEqual(await progress(eventId), ['moved running 0/1']);
      assert.deepEqual(await news('bank@news.test'), []);
      const path = new URL(asked.body.action.url).pathname;
      await app.app.inject({ method: 'POST', url: `${path}/succeed` });
      assert.equal((await desk.buy(held, 'tok_3ds', 'bank-1')).status, 201);
      await settle();
      assert.deepEqual(await progress(eventId), ['moved done 1/1']);
      const [mail, ...others] = await news('bank@news.test');
      assert.deepEqual(others, []);
      assert.match(mail!, new RegExp(`New date: ${newDate}.*\nOld date: ${oldDate}`));
      assert.equal((await cancel(held, asked.body.bookingId)).body.refundDue, 25.5);
      await settle();
      await desk.assertSound();
    },
  );

  test('and is declined was never notified, and is not counted', async () => {
    const { office, change, settle, progress } = deskOf(app);
    const { eventId } = await office.show({ title: 'Declined', ...never });
    const held = await office.hold({ eventId, quantity: 1 });
    const asked = await desk.buy(held, 'tok_3ds');
    await change(eventId, { startsAt: may });
    await settle();
    await app.app.inject({ method: 'POST', url: `${new URL(asked.body.action.url).pathname}/fail` });
    await office.release(held);
    await settle();
    assert.deepEqual(await progress(eventId), ['moved done 0/0']);
  });

  test('or holds tickets and buys them later is notified as well; who holds them after the move is not', async () => {
    const { office, change, settle, news, progress, cancel } = deskOf(app);
    const { eventId } = await office.show({ title: 'In the basket', ...never });
    const held = await office.hold({ eventId, quantity: 1, customerEmail: 'basket@news.test' });
    await change(eventId, { startsAt: may });
    await settle();
    const after = await office.hold({ eventId, quantity: 1, customerEmail: 'after@news.test' });
    assert.deepEqual(await progress(eventId), ['moved running 0/0']);
    const [first, second] = [(await office.pay(held)).body, (await office.pay(after)).body];
    await settle();
    assert.deepEqual(await progress(eventId), ['moved done 1/1']);
    assert.equal((await news('basket@news.test')).length, 1);
    assert.deepEqual(await news('after@news.test'), []);
    assert.equal((await cancel(after, second.bookingId)).body.code, 'CANCELLATION_NOT_ALLOWED');
    assert.equal(goesBack((await cancel(held, first.bookingId)).body), 25.5);
  });

  test('for a show that is postponed gets tickets without a date that it has no more', async () => {
    const { office, change, settle } = deskOf(app);
    const { eventId } = await office.show({ title: 'Dateless', ...never });
    const held = await office.hold({ eventId, quantity: 1, customerEmail: 'dateless@news.test' });
    const asked = await desk.buy(held, 'tok_3ds', 'dateless-1');
    await change(eventId, { status: 'postponed' });
    await app.app.inject({ method: 'POST', url: `${new URL(asked.body.action.url).pathname}/succeed` });
    await settle();
    const mails = await mailsTo(app, 'dateless@news.test', 1);
    const { text } = mails.find(({ subject }) => subject === 'Your ticket for Dateless')!;
    assert.match(text, /When: postponed: a new date will follow/);
    assert.doesNotMatch(text, /1 March/);
  });

  test('and takes until two changes have passed is notified of both', async () => {
    const { office, change, settle, news, progress } = deskOf(app);
    const { eventId } = await office.show({ title: 'Twice', ...never });
    const held = await office.hold({ eventId, quantity: 1, customerEmail: 'twice@news.test' });
    const asked = await desk.buy(held, 'tok_3ds', 'twice-1');
    await change(eventId, { status: 'postponed' });
    await settle();
    await change(eventId, { status: 'published', startsAt: may });
    await settle();
    await app.app.inject({ method: 'POST', url: `${new URL(asked.body.action.url).pathname}/succeed` });
    await settle();
    assert.deepEqual(await progress(eventId), ['resumed done 1/1', 'postponed done 1/1']);
    const subjects = (await news('twice@news.test')).map((mail) => mail.split('\n')[0]).sort();
    assert.deepEqual(subjects, ['Twice has a new date', 'Twice is postponed']);
  });

  test(
    'in a process that dies is found by the next, from the journal of its holds',
    needs('clock', 'process'),
    async () => {
      const first = await startTestApp({ isMortal: true });
      const one = deskOf(first);
      const { eventId } = await one.office.show({ title: 'Survivor', ...never });
      const held = await one.office.hold({ eventId, quantity: 1, customerEmail: 'survivor@news.test' });
      await first.runJobs();
      await one.change(eventId, { startsAt: may });
      const next = await startTestApp({
        database: first.database,
        clock: first.clock,
      });
      const two = deskOf(next);
      await two.settle();
      assert.deepEqual(await two.progress(eventId), ['moved running 0/0']);
      const paid = await two.office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      await two.settle();
      assert.deepEqual(await two.progress(eventId), ['moved done 1/1']);
      assert.equal((await two.news('survivor@news.test')).length, 1);
    },
  );

  test(
    'and whose money comes after the payment was given up, when all had been notified',
    needs('clock', 'database', 'jobs', 'process'),
    async () => {
      const late = await startStripeApp();
      const { office, change, settle, news, progress, cancel } = deskOf(late);
      const stripe = paymentDesk(late);
      const { eventId } = await office.show({ title: 'Too late', ...never });
      const held = await office.hold({ eventId, quantity: 1, customerEmail: 'late@news.test' });
      const asked = await stripe.buy(held, 'pm_card_threeDSecureRequired');
      const { bookingId } = asked.body;
      const [intent] = [...late.fake.books.intents.values()];
      late.fake.books.settle(intent!.id, 'fail');
      await stripe.reconcile();
      await stripe.release(held);
      assert.equal(await stripe.statusOf(bookingId), 'failed');
      await change(eventId, { startsAt: may });
      await settle();
      assert.deepEqual(await progress(eventId), ['moved done 0/0']);
      late.fake.books.arriveLate(intent!.id);
      await stripe.reconcile();
      assert.equal(await stripe.statusOf(bookingId), 'completed');
      await settle();
      assert.deepEqual(await progress(eventId), ['moved done 1/1']);
      assert.equal((await news('late@news.test')).length, 1);
      assert.equal((await cancel(held, bookingId)).body.refundDue, 25.5);
      await settle();
      await office.assertSound();
    },
  );
});
