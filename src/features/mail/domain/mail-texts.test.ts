import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyMail } from './account-texts.ts';
import { bookingCancelled, bookingConfirmed, type Order } from './booking-texts.ts';
import { toHtml } from './mail-html.ts';
import { onOneLineEach, toPlainText } from './mail-text.ts';
import { eventMoved } from './show-texts.ts';
import { wordingIn } from './words/in-words.ts';

const order: Order = {
  bookingId: '01900000-0000-7000-8000-000000000001',
  orderNumber: '4F2K-9QTM',
  buyer: 'Ana <b>',
  language: 'de',
  title: 'Yerma & "Bodas"',
  startsAt: Date.UTC(2027, 4, 1, 19),
  isPostponed: false,
  doorsAt: null,
  timeZone: 'Atlantic/Canary',
  venue: 'Teatro <i>',
  address: 'Calle 1, Santa Cruz',
  organizer: 'Casa <script>',
  totalMinor: 123_456,
  currency: 'EUR',
  tickets: [
    {
      ticketId: 't1',
      ticketNumber: 'TKT-<1>',
      ticketType: 'Parkett',
      rate: 'Kind',
      priceMinor: 4_500,
      seat: { zone: 'A', row: '3', number: '14' },
    },
  ],
};
const german = {
  wording: wordingIn('de'),
  orderLink: 'https://shop.test/order/x?a=1&b=2',
  giveBack: { refundMinor: 100_000, until: Date.UTC(2027, 3, 30, 19) },
  codes: new Map<string, string>(),
};

test('a confirmation in German says all in German, by the German rules for dates and money', () => {
  const mail = bookingConfirmed(order, {}, german);
  assert.equal(mail.subject, 'Ihre Karte für Yerma & "Bodas"');
  const text = toPlainText(mail).replaceAll('\u00a0', ' ');
  assert.match(text, /Wann: Samstag, 1\. Mai 2027 um 20:00 Uhr \(Atlantic\/Canary\)/);
  assert.match(text, /- Karte TKT-<1> · Parkett \(Kind\) · A, Reihe 3, Platz 14 · 45,00 €/);
  assert.match(text, /Summe: 1\.234,56 €/);
  assert.match(text, /bis Freitag, 30\. April 2027 um 20:00 Uhr .* zurückgeben\. Dann kommen 1\.000,00 € zurück/);
  assert.match(toHtml(mail), /^<!doctype html>\n<html lang="de">/);
});

test('nothing that people wrote is HTML, and nothing is fetched', () => {
  for (const mail of [
    bookingConfirmed(order, {}, german),
    bookingCancelled(order, { ticketIds: ['t1'], isWhole: true, reason: '<img src=x>' }, german),
    eventMoved(order, {}, german),
  ]) {
    const html = toHtml(mail);
    assert.doesNotMatch(html, /<script|<i>|<b>|<img|<1>|url\(|<[^>]*\ssrc=|@import|<link/);
    assert.match(html, /href="https:\/\/shop\.test\/order\/x\?a=1&amp;b=2"/);
  }
});

test('the picture of a code is named by its attachment', () => {
  const html = toHtml(bookingConfirmed(order, {}, german), new Map([['t1', 'code-1']]));
  assert.match(html, /<img src="cid:code-1" width="220" height="220" alt="Karte TKT-&lt;1&gt;"/);
});

test('what stands in several lines is put on one', () => {
  const mail = onOneLineEach(bookingConfirmed({ ...order, title: 'A\nB', organizer: 'C\nD' }, {}, german));
  assert.doesNotMatch(JSON.stringify({ ...mail, text: '' }), /A\\nB|C\\nD/);
});

test('both languages have words for whoever must prove an address', () => {
  const facts = { link: 'https://shop.test/verify#token=x', token: 'x', expiresAt: Date.UTC(2027, 0, 1) };
  assert.equal(verifyMail(facts, wordingIn('en')).subject, 'Confirm your mail address');
  assert.equal(verifyMail(facts, wordingIn('de')).subject, 'Bestätigen Sie Ihre Mailadresse');
});
