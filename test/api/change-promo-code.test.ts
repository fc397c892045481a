import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Reply } from '../support/box-office.ts';

const brief = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`);

describe('a promo code on a hold', () => {
  let office: BoxOffice;
  before(async () => {
    office = boxOffice(await startTestApp());
  });

  /** Two tickets of 20 held by a guest, of a show with codes. */
  async function held() {
    const { eventId } = await office.show({
      ticketTypes: [{ name: 'Standing', rates: [{ name: 'adult', price: 20 }], capacity: 6 }],
    });
    for (const code of [
      { code: 'EARLY10', percentOff: 10 },
      { code: 'ONCE', amountOff: 5, maxUses: 1 },
      { code: 'PAST', percentOff: 50, validUntil: '2020-01-01T00:00:00Z' },
    ]) {
      const made = await office.send('POST', `/api/events/${eventId}/promo-codes`, office.staff, code);
      assert.equal(made.status, 201, made.text);
    }
    const reserve = async (): Promise<{ reservationId: string; guest: Record<string, string> }> => {
      const { status, body, text } = await office.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 2 });
      assert.equal(status, 201, text);
      return { reservationId: body.reservationId, guest: { 'x-session-token': body.sessionToken } };
    };
    return { eventId, reserve };
  }
  const change = (hold: { reservationId: string; guest: Record<string, string> }, promoCode: string | null) =>
    office.send('PUT', `/api/tickets/reservation/${hold.reservationId}/promo-code`, hold.guest, { promoCode });

  test('changes the price, and taking it away brings the first price back', async () => {
    const { reserve } = await held();
    const hold = await reserve();
    const cheaper = await change(hold, 'early10');
    assert.equal(cheaper.status, 200, cheaper.text);
    assert.equal(cheaper.body.totalPrice, 36);
    assert.equal(cheaper.body.priceBreakdown.promoCode, 'EARLY10');
    assert.equal((await change(hold, 'EARLY10')).body.totalPrice, 36);
    const again = await change(hold, null);
    assert.equal(again.body.totalPrice, 40);
    assert.equal(again.body.priceBreakdown.promoCode, null);
  });

  test('refuses a code that does not count, and the hold keeps what it has', async () => {
    const { reserve } = await held();
    const hold = await reserve();
    await change(hold, 'EARLY10');
    assert.equal(brief(await change(hold, 'NOPE')), '404 PROMO_CODE_UNKNOWN');
    assert.equal(brief(await change(hold, 'PAST')), '409 PROMO_CODE_NOT_VALID');
    const now = await office.send('GET', `/api/tickets/reservation/${hold.reservationId}`, hold.guest);
    assert.equal(now.body.totalPrice, 36);
  });

  test('a use is taken by one hold, and free again when it takes another code', async () => {
    const { reserve } = await held();
    const [first, second] = [await reserve(), await reserve()];
    assert.equal((await change(first, 'ONCE')).body.totalPrice, 35);
    assert.equal(brief(await change(second, 'ONCE')), '409 PROMO_CODE_USED_UP');
    assert.equal((await change(first, 'EARLY10')).body.totalPrice, 36);
    assert.equal((await change(second, 'ONCE')).body.totalPrice, 35);
  });

  test('is paid at the price with the code, and not for strangers', async () => {
    const { reserve } = await held();
    const hold = await reserve();
    await change(hold, 'EARLY10');
    const stranger = await reserve();
    const foreign = await change({ ...hold, guest: stranger.guest }, null);
    assert.equal(brief(foreign), '404 RESERVATION_UNKNOWN');
    const paid = await office.send('POST', '/api/tickets/purchase', hold.guest, {
      reservationId: hold.reservationId,
      customerEmail: 'ana@example.com',
      payment: { token: 'tok_ok' },
    });
    assert.equal(paid.status, 201, paid.text);
    assert.equal(paid.body.totalPrice, 36);
    assert.equal(brief(await change(hold, null)), '404 RESERVATION_UNKNOWN');
  });
});
