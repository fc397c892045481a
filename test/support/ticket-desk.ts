import assert from 'node:assert/strict';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { startTestApp, type TestApp } from './app.ts';
import { type Answer, catalogClient } from './catalog-client.ts';
import type { Method } from './client.ts';
import { samplePlan } from './sample-plan.ts';

export type TicketDesk = Awaited<ReturnType<typeof openTicketDesk>>;

/** An application with what tests of tickets do again and again, as staff and as guests. */
export async function openTicketDesk() {
  const testApp = await startTestApp();
  const { staff, database, runJobs } = testApp;
  const client = catalogClient(testApp);

  async function send(method: Method, url: string, payload?: object, headers: object = staff): Promise<Answer> {
    const answer = await testApp.client.send(method, url, headers, payload);
    assert.ok(answer.status < 500, `${method} ${url}: ${answer.text}`);
    return answer;
  }
  async function availability(eventId: number): Promise<Answer['body']> {
    return (await send('GET', `/api/events/${eventId}/availability`, undefined, {})).body;
  }
  const move = (ticketId: string, status: string, more: { reason?: string; ifMatch?: string } = {}) => {
    const { reason, ifMatch } = more;
    const headers = { ...staff, ...(ifMatch !== undefined && { 'if-match': ifMatch }) };
    return send('PATCH', `/api/tickets/${ticketId}/status`, { status, ...(reason && { reason }) }, headers);
  };
  return {
    ...testApp,
    ...client,
    /** `authorization` with the owner's key. */
    keyHeaders: staff,
    send,
    /** As staff. */
    move,
    async ticketIds(eventId: number): Promise<string[]> {
      const page = await send('GET', `/api/tickets/event/${eventId}?limit=50`);
      assert.equal(page.status, 200, JSON.stringify(page.body));
      return page.body.items.map((ticket: { ticketId: string }) => ticket.ticketId);
    },
    async statusOf(ticketId: string): Promise<string> {
      return (await send('GET', `/api/tickets/${ticketId}`)).body.status;
    },
    /** Holds these tickets as a new guest. */
    hold: (eventId: number, ticketIds: readonly string[]) =>
      send('POST', '/api/tickets/reserve', { eventId, ticketIds }, {}),
    pay: ({ reservationId, sessionToken }: { reservationId: string; sessionToken: string }, token = 'tok_ok') =>
      send(
        'POST',
        '/api/tickets/purchase',
        { reservationId, payment: { provider: 'sandbox', token } },
        { 'x-session-token': sessionToken },
      ),
    /** A show on a plan of 2 rows with 4 seats each, one ticket type for each row. */
    async seatedShow(): Promise<Answer['body']> {
      const plan = await send('POST', '/api/seating-plans', samplePlan());
      assert.equal(plan.status, 201, JSON.stringify(plan.body));
      return client.show({
        seatingPlanId: plan.body.seatingPlanId,
        ticketTypes: [
          { name: 'Front', price: 40, categories: ['Front'] },
          { name: 'Back', price: 20, categories: ['Back'] },
        ],
      });
    },
    availability,
    /** So many places are free, as anybody reads it. */
    hasFree: (eventId: number, count: number) =>
      testApp.shows(
        async () => (await availability(eventId)).availableCapacity === count,
        `${count} places of event ${eventId} are free`,
      ),
    /** With what was typed, which lies apart. */
    async historyOf(ticketId: string) {
      const { body } = await send('GET', `/api/audit?stream=ticket-${ticketId}&limit=50`);
      const items = body.items as { version: number; type: string; actor: string; reason: string | null }[];
      return items.toReversed().map(({ version, type, actor, reason }) => ({
        version,
        type,
        metadata: { actor, reason: reason ?? undefined },
      }));
    },
    /** Every invariant holds in the database, once all messages are delivered. */
    async assertSound(): Promise<void> {
      await runJobs();
      const { findings } = await verifyDatabase(database);
      const faults = findings.filter((finding) => finding.count > 0);
      assert.deepEqual(faults, []);
    },
  };
}

export type { Answer, TestApp };
