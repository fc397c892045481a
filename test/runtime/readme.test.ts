import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/commands.ts';
import { flagOf, schema, settingNames } from '../../src/config.ts';
import { freePort, freshDataDir, serveOnsale } from '../support/onsale-process.ts';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const fakeStripe = fileURLToPath(new URL('../support/fake-stripe/run.ts', import.meta.url));

/** The README's tables follow the code: `UPDATE_README=1 npm test -- test/runtime/readme.test.ts` writes them. */
async function assertPart(name: string, lines: readonly string[]) {
  const readme = await readFile(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [readme.indexOf(start) + start.length, readme.indexOf(end)];
  const wanted = lines.join('\n');
  if (process.env.UPDATE_README) await writeFile(file, readme.slice(0, from) + wanted + readme.slice(to));
  else assert.equal(readme.slice(from, to), wanted);
}

test('the README lists every setting with its flag, default and meaning', async () => {
  const rows = settingNames.map((name) => {
    const { env, fallback, about } = schema[name];
    const flag = 'onOff' in schema[name] ? `\`--no-${flagOf(name).slice(2)}\`` : `\`${flagOf(name)}\``;
    return `| \`${env}\` | ${flag} | ${fallback === undefined ? '' : `\`${fallback}\``} | ${about} |`;
  });
  await assertPart('settings', ['| Variable | Flag | Default | What |', '|---|---|---|---|', ...rows]);
});

test('the README lists every command', async () => {
  const rows = commands.map(({ name, summary }) => `| \`onsale ${name}\` | ${summary} |`);
  await assertPart('commands', ['| Command | What |', '|---|---|', ...rows]);
});

/** The commands under a heading. */
async function commandsUnder(heading: string): Promise<string> {
  const readme = await readFile(file, 'utf8');
  const found = readme.split(`\n${heading}\n`)[1]?.match(/```sh\n([\s\S]*?)```/);
  assert(found, `${heading} has commands`);
  return found[1]!;
}

/** Runs commands of the README word for word but for the server's address, and answers what they print: JSON, pages and tables. */
async function run(commands: string, url: string): Promise<string[]> {
  const script = commands.replaceAll('http://127.0.0.1:3000', url);
  assert.notEqual(script, commands);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { timeout: 60_000 });
  return stdout
    .replaceAll(/}(?=[{<a-z])/g, '}\n')
    .trim()
    .split('\n');
}

async function answersOf(commands: string, url: string) {
  return (await run(commands, url)).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

test('the first purchase of the README works word for word on a fresh start', async () => {
  const server = await serveOnsale(await freshDataDir());
  const answers = await answersOf(await commandsUnder('## Buy a ticket'), server.url);
  const [search, event, hold, purchase, booking] = answers;
  assert.equal(search.items[0].eventId, 1);
  assert.equal(event.eventId, 1);
  assert.equal(hold.tickets.length, 2);
  assert.equal(purchase.status, 'completed');
  assert.deepEqual(
    booking.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber),
    purchase.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber),
  );
  assert.equal(await server.stop(), 0);
});

test('the way from an account or as a guest to the refund works word for word', async () => {
  const server = await serveOnsale(await freshDataDir());
  const then = await commandsUnder('### Then');
  for (const heading of ['### With an account', '### Or as a guest']) {
    assertRefunded(await answersOf(`${await commandsUnder(heading)}\n${then}`, server.url));
  }
  assert.equal(await server.stop(), 0);
});

test('the same way works by Stripe, played by the program that the README names', async () => {
  const port = await freePort();
  const settings = /^(STRIPE_SECRET_KEY=.*) npm start$/m.exec(await commandsUnder('### The same by Stripe'))![1]!;
  assert(settings.includes(':4242'));
  const pairs = settings.replace('4242', String(port)).split(' ');
  const onsale = await serveOnsale(await freshDataDir(), {
    env: Object.fromEntries(pairs.map((pair) => pair.split('='))),
  });
  const fake = spawn(process.execPath, [fakeStripe, '--port', String(port), '--onsale', onsale.url], { stdio: 'pipe' });
  try {
    await once(fake.stdout, 'data');
    const payment = /same with `(payment=.*)`/.exec(await readFile(file, 'utf8'))![1]!;
    const then = (await commandsUnder('### Then')).replace(/^payment=.*$/m, () => payment);
    assert(then.includes('"provider": "stripe"'));
    assertRefunded(await answersOf(`${await commandsUnder('### Or as a guest')}\n${then}`, onsale.url));
  } finally {
    fake.kill();
  }
  assert.equal(await onsale.stop(), 0);
});

/** The answers about bookings on the way from the bank's question to the refund, in their order. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked member by member
function assertRefunded(answers: any[]) {
  const [challenge, paid, tickets, cancelled, refunded, history] = answers.filter(({ bookingId }) => bookingId);
  const numbersOf = (booking: { tickets: { ticketNumber: string }[] }) =>
    booking.tickets.map(({ ticketNumber }) => ticketNumber);
  assert.equal(challenge.action.type, 'redirect');
  assert.equal(paid.tickets.length, 2);
  assert.deepEqual(numbersOf(tickets), numbersOf(paid));
  assert.equal(cancelled.status, 'cancelled');
  assert.equal(refunded.refunded, paid.totalPrice);
  assert(history.items.some(({ type }: { type: string }) => type === 'RefundCompleted'));
}

test('the show of one’s own in the README goes on sale, and staff do what it says they can', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir);
  const readme = await readFile(file, 'utf8');
  const blocks = readme
    .split('\n## Sell your own\n')[1]!
    .split('\n## ')[0]!
    .matchAll(/```sh\n([\s\S]*?)```/g);
  const [first, more] = [...blocks].map(([, block]) => block!.replaceAll('data/owner.key', `${dataDir}/owner.key`));
  const [event] = await answersOf(first!, server.url);
  assert.equal(event.status, 'published');
  assert.equal(event.availableCapacity, 80);
  const [code, hold, organizer, audit] = await answersOf(more!, server.url);
  assert.equal(code.code, 'EARLY10');
  assert.equal(hold.priceBreakdown.discount, hold.priceBreakdown.tickets / 10);
  assert.equal(organizer.slug, 'the-other-house');
  assert.equal(audit.items.length, 5);
  await server.stop();
});
