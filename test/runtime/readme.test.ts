import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commands } from '../../src/cli/commands.ts';
import { flagOf, schema, settingNames } from '../../src/config.ts';
import { freshDataDir, serveOnsale } from '../support/onsale-process.ts';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));

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

test('the first purchase of the README works word for word on a fresh start', async () => {
  const readme = await readFile(file, 'utf8');
  const walk = /## Buy a ticket\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)![1]!;
  const server = await serveOnsale(await freshDataDir());
  const script = walk.replaceAll('http://127.0.0.1:3000', server.url);
  assert.notEqual(script, walk);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script]);
  const answers = stdout
    .replaceAll('}{', '}\n{')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
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

test('the show of one’s own in the README goes on sale', async () => {
  const readme = await readFile(file, 'utf8');
  const command = /## Sell your own\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)![1]!;
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir);
  const script = command
    .replaceAll('http://127.0.0.1:3000', server.url)
    .replace('data/owner.key', `${dataDir}/owner.key`);
  const { stdout } = await promisify(execFile)('sh', ['-euc', script]);
  const event = JSON.parse(stdout);
  assert.equal(event.status, 'published');
  assert.equal(event.availableCapacity, 80);
  await server.stop();
});
