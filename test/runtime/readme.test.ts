import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/commands.ts';
import { startScreen } from '../../src/cli/start-screen.ts';
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

interface Block {
  readonly heading: string;
  readonly commands: string;
}

/** All commands of the README, in its order. */
async function blocksOfReadme(): Promise<Block[]> {
  let heading = '';
  const blocks: Block[] = [];
  for (const [whole, title] of (await readFile(file, 'utf8')).matchAll(/^(#+ .*)$|^```sh\n[\s\S]*?^```$/gm)) {
    if (title !== undefined) heading = title;
    else blocks.push({ heading, commands: whole.slice('```sh\n'.length, -'```'.length) });
  }
  return blocks;
}

async function commandsUnder(heading: string): Promise<string> {
  const found = (await blocksOfReadme()).filter((block) => block.heading === heading);
  assert(found.length > 0, `${heading} has commands`);
  return found.map(({ commands }) => commands).join('\n');
}

/** Shells that somebody types into, and how to start them without anybody's settings. */
const shells: Readonly<Record<string, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-i'],
  zsh: ['-f', '-i'],
};

/**
 * Types commands of the README into a shell, word for word but for the address and the folder of the server, as somebody who copies
 * block after block. Answers the lines that it prints; throws if the shell complains of any.
 */
async function type(shell: string, commands: string, server: { url: string; dataDir: string }): Promise<string[]> {
  const typed = commands
    .replaceAll('http://127.0.0.1:3000', server.url)
    .replaceAll('data/owner.key', `${server.dataDir}/owner.key`);
  // In a session of its own: it must not wait for our terminal.
  const options = { stdio: 'pipe', detached: true, env: { ...process.env, PS1: '', PS2: '', HISTFILE: '' } } as const;
  const child = spawn(shell, shells[shell]!, options);
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(`${typed}\nexit\n`);
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const [stdout, stderr] = await printed;
  clearTimeout(timer);
  assert.doesNotMatch(stderr, /not found|no matches|parse error|syntax error|unexpected/, stderr);
  return stdout.trim().split('\n');
}

/** The JSON among the lines; each is an answer of its own, and none is a page. */
function answersIn(lines: readonly string[]) {
  for (const line of lines) assert.doesNotMatch(line, /^<|}.*<!doctype|^}|}{/i, line);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

async function isThere(shell: string): Promise<boolean> {
  return promisify(execFile)(shell, ['-c', 'true']).then(
    () => true,
    () => false,
  );
}

test('no comment stands in the commands: an interactive zsh would take it for one', async () => {
  for (const { commands } of await blocksOfReadme()) assert.doesNotMatch(commands, /^\s*#|\s# /m);
});

for (const shell of Object.keys(shells)) {
  test(`the README works from top to bottom in one ${shell} on one server`, async (t) => {
    if (!(await isThere(shell))) return t.skip(`${shell} is not installed here (.ci/run installs it)`);
    const dataDir = await freshDataDir();
    const onsale = await serveOnsale(dataDir);
    const blocks = (await blocksOfReadme()).filter(
      ({ heading }) => !['# Onsale', '## Pay by Stripe'].includes(heading),
    );
    assert.deepEqual(
      [...new Set(blocks.map(({ heading }) => heading))],
      ['## Buy a ticket', '### With an account', '### Or as a guest', '### Then', '## Sell your own'],
    );
    const all = blocks.map(({ commands }) => commands).join('\n');
    const lines = await type(shell, all, { url: onsale.url, dataDir });
    const answers = answersIn(lines);
    const [search, event, hold, purchase, booking, registered, verified, login, me, ...rest] = answers;
    assert.deepEqual([search.items[0].eventId, event.eventId, hold.tickets.length], [1, 1, 2]);
    assert.equal(purchase.status, 'completed');
    assert.deepEqual(numbersOf(booking), numbersOf(purchase));
    assert.deepEqual([registered.success, verified.success], [true, true]);
    assert.equal(login.tokenType, 'Bearer');
    assert.deepEqual([me.email, me.emailVerified], ['ana@example.com', true]);
    assertRefunded(rest);
    const [barn, code, reduced, organizer, audit] = rest.slice(rest.findIndex(({ title }) => title === 'Barn Dance'));
    assert.deepEqual([barn.status, barn.availableCapacity], ['published', 80]);
    assert.equal(code.code, 'EARLY10');
    assert.equal(reduced.priceBreakdown.discount, reduced.priceBreakdown.tickets / 10);
    assert.equal(organizer.slug, 'the-other-house');
    assert.equal(audit.items.length, 5);
    assert.equal(await onsale.stop(), 0);
  });

  test(`with an account, from search to refund, in ${shell}`, async (t) => {
    if (!(await isThere(shell))) return t.skip(`${shell} is not installed here (.ci/run installs it)`);
    const dataDir = await freshDataDir();
    const onsale = await serveOnsale(dataDir);
    const commands = `${await commandsUnder('### With an account')}\n${await commandsUnder('### Then')}`;
    assertRefunded(answersIn(await type(shell, commands, { url: onsale.url, dataDir })));
    assert.equal(await onsale.stop(), 0);
  });
}

test('the start screen counts the curls that buy a ticket', async () => {
  const curls = (await commandsUnder('## Buy a ticket')).match(/\bcurl /g)!.length;
  const facts = { version: '1', address: 'http://a', data: 'b', demo: ['Piano'] };
  assert.match(
    startScreen(facts, false),
    new RegExp(`with ${['no', 'one', 'two', 'three', 'four', 'five', 'six'][curls]} curls`),
  );
});

test('the first that is printed is the start screen, and the log is quiet', async () => {
  const onsale = await serveOnsale(await freshDataDir());
  assert.match(onsale.stdout(), /^\n {2}Onsale /);
  assert.equal(onsale.stderr(), '');
  assert.equal(await onsale.stop(), 0);
});

test('the same way works by Stripe, played by the program that the README names', async () => {
  const port = await freePort();
  const settings = /^(STRIPE_SECRET_KEY=.*) npm start$/m.exec(await commandsUnder('## Pay by Stripe'))![1]!;
  assert(settings.includes(':4242'));
  const pairs = settings.replace('4242', String(port)).split(' ');
  const dataDir = await freshDataDir();
  const onsale = await serveOnsale(dataDir, { env: Object.fromEntries(pairs.map((pair) => pair.split('='))) });
  const fake = spawn(process.execPath, [fakeStripe, '--port', String(port), '--onsale', onsale.url], { stdio: 'pipe' });
  try {
    await once(fake.stdout, 'data');
    const payment = /same with `(payment=.*)`/.exec(await readFile(file, 'utf8'))![1]!;
    const then = (await commandsUnder('### Then')).replace(/^payment=.*$/m, () => payment);
    assert(then.includes('"provider": "stripe"'));
    const commands = `${await commandsUnder('### Or as a guest')}\n${then}`;
    assertRefunded(answersIn(await type('bash', commands, { url: onsale.url, dataDir })));
    const second = await promisify(execFile)(process.execPath, [fakeStripe, '--port', String(port)]).catch(
      (error) => error,
    );
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`^Port ${port} is taken\\b.*\\n$`), 'one line');
  } finally {
    fake.kill();
  }
  assert.equal(await onsale.stop(), 0);
});

function numbersOf(booking: { readonly tickets: readonly { readonly ticketNumber: string }[] }): string[] {
  return booking.tickets.map(({ ticketNumber }) => ticketNumber);
}

/** The answers about bookings on the way from the bank's question to the refund, in their order. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked member by member
function assertRefunded(answers: any[]) {
  const [challenge, paid, tickets, cancelled, refunded, history] = answers.filter(({ bookingId }) => bookingId);
  assert.equal(challenge.action.type, 'redirect');
  assert.equal(paid.tickets.length, 2);
  assert.deepEqual(numbersOf(tickets), numbersOf(paid));
  assert.equal(cancelled.status, 'cancelled');
  assert.equal(refunded.refunded, paid.totalPrice);
  assert(history.items.some(({ type }: { type: string }) => type === 'RefundCompleted'));
}
