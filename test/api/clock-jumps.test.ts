import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultLimitRules } from '../../src/edges/http/limits/limit-rules.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const jumps = [-15_000, -120_000, -7_200_000];

for (const jumpMs of jumps) {
  test(
    `a time of day set back by ${-jumpMs / 1000} s refuses nobody, whatever they do`,
    needs('clock', 'database', 'process'),
    async () => {
      const testApp = await startTestApp({ limitRules: defaultLimitRules });
      const { staff, clock } = testApp;
      const office = boxOffice(testApp);
      const accounts = accountDesk(testApp);
      const { eventId } = await office.show({ ticketTypes: [{ name: 'Stalls', capacity: 500, price: 10 }] });
      const member = await accounts.member('ana@example.org');
      const held = await office.hold({ eventId, quantity: 2 });
      const bought = await office.hold({ eventId, quantity: 1 });
      assert.equal((await office.pay(bought)).status, 201);

      const look = async () => {
        const get = (url: string, headers = {}) => accounts.send('GET', url, undefined, headers);
        const statuses = {
          health: (await get('/health')).status,
          ready: (await get('/health/ready')).status,
          page: (await get(`/api/events/${eventId}`)).status,
          availability: (await get(`/api/events/${eventId}/availability`)).status,
          search: (await get('/api/search?term=a')).status,
          staff: (await get('/api/bookings', staff)).status,
          me: (await accounts.me(member)).status,
          login: (await accounts.login(member.email, member.password)).status,
          reservation: (await office.look(held)).status,
          mail: (await accounts.send('POST', '/api/auth/password/forgot', { email: member.email })).status,
        };
        assert.deepEqual(statuses, {
          health: 200,
          ready: 200,
          page: 200,
          availability: 200,
          search: 200,
          staff: 200,
          me: 200,
          login: 200,
          reservation: 200,
          mail: 202,
        });
        const fresh = await office.hold({ eventId, quantity: 1 });
        assert.equal((await office.pay(fresh, { card: 'tok_declined' })).status, 402);
        assert.equal((await office.pay(fresh)).status, 201);
      };
      await look();
      clock.jump(jumpMs);
      await look();
      clock.advance(1_000);
      await look();
      await testApp.runJobs();
      const paid = await office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      const next = await accounts.refresh(member);
      assert.equal(next.status, 200, JSON.stringify(next.body));
      await office.assertSound();
    },
  );
}
