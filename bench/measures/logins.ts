import { alternate, median } from '../alternate.ts';
import { type Bench, type Measure, ms, perSecond, times } from '../bench.ts';
import type { LoadResult } from '../load/client.ts';
import type { Product } from '../product/product.ts';
import { createPurchaseRound } from './purchase.ts';

const loginCount = 100;
const ratioMust = 2;
const password = 'a long sentence that nobody has guessed';

/**
 * Whether hashing passwords holds purchases up: their p99 while a hundred logins are under way all the time, against their p99
 * alone, in turn. Who finds too many others waiting gets 503 and comes again after a moment, as a browser would.
 */
export const logins: Measure = {
  key: 'logins',
  about: `purchases at 64 connections while ${loginCount} logins are under way, against purchases alone`,
  async run(bench) {
    const product = await bench.product();
    await register(product);
    const buy = createPurchaseRound(bench, 64);
    const beside: LoadResult[] = [];
    const alone: LoadResult[] = [];
    const answered: number[] = [];
    await alternate(
      bench.rounds,
      async () => {
        const loggedIn = keepLoggingIn(product);
        const result = await buy();
        beside.push(result);
        answered.push(await loggedIn.stop());
        bench.say(`beside it ${answered.at(-1)} logins`);
        return result.p99Ms;
      },
      async () => {
        const result = await buy();
        alone.push(result);
        return result.p99Ms;
      },
    );
    if (answered.some((count) => count === 0)) throw new Error('nobody could log in');
    return [row(bench, beside, alone, answered)];
  },
};

function row(bench: Bench, beside: LoadResult[], alone: LoadResult[], answered: number[]) {
  const [p99Beside, p99Alone] = [beside, alone].map((rounds) => median(rounds.map((round) => round.p99Ms)));
  const [rateBeside, rateAlone] = [beside, alone].map((rounds) => median(rounds.map((round) => round.perSecond)));
  const ratio = p99Beside! / p99Alone!;
  const rates = `${perSecond(rateBeside!)} against ${perSecond(rateAlone!)}`;
  return {
    what: `purchase p99 while ${loginCount} logins are under way`,
    goal: `< ${ratioMust}× of p99 alone`,
    measured: `${ms(p99Beside!)} against ${ms(p99Alone!)}, ${rates}`,
    ratio,
    met: ratio < ratioMust,
    details: { beside, alone, logins: answered, seconds: bench.seconds, times: times(ratio) },
  };
}

/** As many accounts as there are logins, at today's cost of a hash: one registers, the others are copies of it. */
async function register(product: Product): Promise<void> {
  const email = emailOf(product, 0);
  await product.call('POST', '/api/auth/register', { email, password });
  await product.database.bypassingRls.query(
    `INSERT INTO accounts (account_id, email, email_key, password_hash, verified_at, created_at, updated_at)
     SELECT gen_random_uuid(), mail, mail, password_hash, now(), now(), now()
     FROM accounts, unnest($2::text[]) AS made (mail) WHERE email_key = $1`,
    [email, Array.from({ length: loginCount }, (_, i) => emailOf(product, i + 1))],
  );
}

const emailOf = ({ port }: Product, number: number) => `bench-${port}-${number}@example.com`;

/** A hundred people who log in over and over, until stopped; then answers how many logins came through. */
function keepLoggingIn(product: Product): { stop(): Promise<number> } {
  let isOver = false;
  let count = 0;
  async function person(number: number): Promise<void> {
    const body = JSON.stringify({ email: emailOf(product, number), password });
    const headers = { 'content-type': 'application/json' };
    while (!isOver) {
      const answer = await fetch(`http://127.0.0.1:${product.port}/api/auth/login`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      if (answer.status === 200) count += 1;
      else if (answer.status !== 503 && answer.status !== 429) throw new Error(`a login answered ${answer.status}`);
      const pauseMs = Number(answer.headers.get('retry-after') ?? 0) * 1000;
      if (pauseMs > 0 && !isOver) await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
  const people = Promise.all(Array.from({ length: loginCount }, (_, i) => person(i + 1)));
  return {
    async stop() {
      isOver = true;
      await people;
      return count;
    },
  };
}
