import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOffice } from '../support/box-office.ts';
import { startOwnerAndFront } from '../support/joined-apps.ts';

test('held tickets of all events are listed by whichever process is asked, page by page in one order', async () => {
  const { processes, owner, front } = await startOwnerAndFront();
  const office = boxOffice(owner);
  const held: string[] = [];
  for (let show = 0; show < 3; show++) {
    const { eventId } = await office.show();
    const { tickets } = await office.hold({ eventId, quantity: 2 });
    held.push(...tickets.map(({ ticketId }) => ticketId));
  }
  const listAt = async ({ client }: typeof owner) => {
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const { status, body, text } = await client.send('GET', `/api/tickets?status=Held&limit=4${cursor}`, {});
      assert.equal(status, 200, text);
      found.push(...body.items.map(({ ticketId }: { ticketId: string }) => ticketId));
      if (body.nextCursor === null) return found;
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
  };
  assert.deepEqual((await listAt(owner)).toSorted(), held.toSorted());
  assert.deepEqual(await listAt(front), await listAt(owner));
  // A list without those of a process that does not answer would look whole.
  processes.loseAnswers('places of all events', 1);
  assert.equal((await front.client.send('GET', '/api/tickets?status=Held', {})).status, 503);
});
