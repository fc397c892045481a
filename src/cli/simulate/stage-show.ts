import { createHttpClient } from './http-client.ts';

/** A plan as it is sent: only its categories are looked at here. */
export interface StagedPlan {
  readonly plan: { readonly categories: readonly { readonly name: string }[] };
  readonly supplement?: object;
}

const dearestPrice = 95;
const stagingMsMax = 120_000;
const holdMinutes = 1;

/**
 * Keeps the plan, makes a show on it with a ticket type per category, and puts it on sale; answers its event id. Holds
 * last one minute, so that what buyers leave behind comes back while the rehearsal runs. Throws a sentence if refused.
 */
export async function stageShow(
  { url, apiKey }: { url: string; apiKey: string },
  staged: StagedPlan,
  now: number,
): Promise<number> {
  const client = createHttpClient(url, 1);
  const headers = { authorization: `Bearer ${apiKey}` };
  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const reply = await client.send({ method: 'POST', path, body, headers, timeoutMs: stagingMsMax });
    if (reply.kind === 'answer' && reply.answer.status === 201) return reply.answer.json() as Record<string, unknown>;
    const why = reply.kind === 'answer' ? JSON.stringify(reply.answer.json()).slice(0, 500) : reply.kind;
    throw new Error(`The show could not be staged: ${path} answered ${why}`);
  }
  try {
    const { seatingPlanId } = await post('/api/seating-plans', staged);
    const show = {
      title: 'Rehearsal',
      eventDate: new Date(now + 30 * 86_400_000).toISOString(),
      venue: 'Rehearsal arena',
      type: 'MusicEvent',
      currency: 'EUR',
      seatingPlanId,
      holdMinutes,
      status: 'published',
      ticketTypes: staged.plan.categories.map(({ name }, i) => {
        const adult = Math.max(15, dearestPrice - 25 * i);
        return { name, categories: [name], rates: [rate('Adult', adult), rate('Under 16', adult - 10)] };
      }),
    };
    const { eventId } = await post('/api/events', show);
    return Number(eventId);
  } finally {
    client.close();
  }
}

function rate(name: string, price: number) {
  return { name, price };
}
