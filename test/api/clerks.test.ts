import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { staff, database } = testApp;
const desk = accountDesk(testApp);
const { send, bearer, mailedToken } = desk;
const base = '/api/organizers/onsale';

test('who asks for the role user means clerk; answers say clerk', async () => {
  const invited = await send('POST', `${base}/invitations`, { email: 'ann@clerks.test', role: 'user' }, staff);
  assert.deepEqual([invited.status, invited.body.role], [201, 'clerk'], JSON.stringify(invited.body));
  const token = await mailedToken('ann@clerks.test');
  const ann = await desk.member('ann@clerks.test');
  const accepted = await send('POST', '/api/invitations/accept', { token }, bearer(ann));
  assert.equal(accepted.body.role, 'clerk');
  const member = `${base}/members/${ann.accountId}`;
  assert.equal((await send('PUT', member, { role: 'door' }, staff)).status, 200);
  const back = await send('PUT', member, { role: 'user' }, staff);
  assert.deepEqual([back.status, back.body.message], [200, 'The member is clerk now.']);
  const { body } = await send('GET', `${base}/members`, undefined, staff);
  assert.equal(body.items.find(({ email }: { email: string }) => email === 'ann@clerks.test').role, 'clerk');
  for (const role of ['buyer', 'User', 'owner', '']) {
    assert.equal((await send('PUT', member, { role }, staff)).status, 400, role);
  }
});

test(
  'who was a user before the upgrade is a clerk after it, with the same token; open invitations go on',
  needs('clock', 'database'),
  async () => {
    const bob = await desk.member('bob@clerks.test');
    await desk.setRole(bob.accountId, 'clerk');
    const { body: tokens } = await desk.login(bob.email, bob.password);
    await send('POST', `${base}/invitations`, { email: 'cleo@clerks.test', role: 'clerk' }, staff);
    // As the version before has left it.
    await database.query('ALTER TABLE memberships DROP CONSTRAINT memberships_role_check');
    await database.query(
      `ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('admin', 'manager', 'user', 'door')) NOT VALID`,
    );
    await database.query(`UPDATE memberships SET role = 'user' WHERE role = 'clerk'`);
    await database.query(`UPDATE invitations SET role = 'user' WHERE role = 'clerk'`);
    await database.query('ALTER TABLE event_store DISABLE TRIGGER USER');
    await database.query(
      `UPDATE event_store SET data = replace(data::text, '"clerk"', '"user"')::json WHERE type = 'RoleGranted'`,
    );
    await database.query('ALTER TABLE event_store ENABLE TRIGGER USER');

    const file = new URL('../../src/platform/postgres/migrations/0043-clerks.sql', import.meta.url);
    await database.transaction(async (tx) => void (await tx.query(await readFile(file, 'utf8'))));

    testApp.clock.advance(5_000);
    const read = await send('GET', '/api/bookings', undefined, bearer(tokens));
    assert.equal(read.status, 200, JSON.stringify(read.body));
    const me = await desk.me(tokens);
    assert.deepEqual(me.body.memberships[0].rights, ['tickets', 'reports', 'door']);
    const token = await mailedToken('cleo@clerks.test');
    const cleo = await desk.member('cleo@clerks.test');
    const accepted = await send('POST', '/api/invitations/accept', { token }, bearer(cleo));
    assert.equal(accepted.body.role, 'clerk', JSON.stringify(accepted.body));
    const { findings } = await verifyDatabase(database);
    assert.deepEqual(
      findings.filter(({ count }) => count > 0),
      [],
    );
  },
);
