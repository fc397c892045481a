import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startOwnerAndFront } from '../support/joined-apps.ts';

test('a role that was handed out, or taken, counts in every process by the time it is answered', async () => {
  const { owner, front } = await startOwnerAndFront();
  const here = accountDesk(owner);
  await here.invited('keeper@roles.test', 'admin');
  const members = '/api/organizers/onsale/members';
  const elsewhere = (headers: object) => front.client.send('GET', members, headers);
  // Known there as somebody without a role, and read again only after a second: no time passes here.
  const made = await here.member('eva@roles.test');
  const headers = here.bearer(made);
  assert.equal((await elsewhere(headers)).status, 404);
  const asked = { email: made.email, role: 'admin' };
  assert.equal((await here.send('POST', '/api/organizers/onsale/invitations', asked, owner.staff)).status, 201);
  const token = await owner.mailedToken(made.email, 'invitation');
  assert.equal((await here.send('POST', '/api/invitations/accept', { token }, headers)).status, 200);
  assert.equal((await elsewhere(headers)).status, 200);
  const removed = await here.send('DELETE', `${members}/${made.accountId}`, undefined, owner.staff);
  assert.equal(removed.status, 200, removed.text);
  assert.equal((await elsewhere(headers)).status, 404);
});
