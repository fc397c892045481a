import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { toDatabaseUrl } from '../../../test/support/database-url.ts';
import { type Database, openDatabase, Unavailable } from './database.ts';

// Whatever keeps PostgreSQL from answering is no fault of ours: whoever asked is to come back (503), whichever way it was asked.

const { database, connection } = await createTestDatabase({ attributes: '' });

const ways: Record<string, (asked: Database) => Promise<unknown>> = {
  'a statement': ({ bypassingRls }) => bypassingRls.query('SELECT 1'),
  'a transaction': ({ bypassingRls }) => bypassingRls.transaction((tx) => tx.query('SELECT 1')),
};

/** A server that is asked, and then does this. */
async function serverThat(does: (socket: Socket, asked: Buffer) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked: Buffer) => does(socket, asked));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `postgres://onsale:secret@127.0.0.1:${(server.address() as AddressInfo).port}/onsale`;
}

/** An ErrorResponse of the wire protocol. */
function refusal(code: string, words: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const troubles: Record<string, () => Promise<string> | string> = {
  'its name is not known any more': () => 'postgres://onsale:secret@no-such-host.invalid/onsale',
  'nothing listens there': () => 'postgres://onsale:secret@127.0.0.1:1/onsale',
  'the password was changed': () => toDatabaseUrl(connection).replace(/(:\/\/[^:]+:)[^@]*@/, '$1changed@'),
  'the database was renamed': () => toDatabaseUrl(connection).replace(/\/test_\w+/, '/renamed'),
  'a pooler does not reach it': () =>
    serverThat((socket) => void socket.end(refusal('08P01', 'server login has been failing, try again later'))),
  'its connections are taken by others': () =>
    serverThat((socket) => void socket.end(refusal('53300', 'sorry, too many clients already'))),
  'it hangs up in the middle of an answer': () =>
    serverThat((socket) => void socket.end(refusal('57P01', 'terminating').subarray(0, 9))),
};

for (const [trouble, urlOf] of Object.entries(troubles)) {
  for (const [way, ask] of Object.entries(ways)) {
    test(`${trouble}: ${way} is answered that PostgreSQL cannot be reached`, async () => {
      const asked = openDatabase({ url: await urlOf() }, 2);
      try {
        await assert.rejects(ask(asked), Unavailable);
      } finally {
        await asked.close();
      }
    });
  }
}

test('a transaction that the server ended because nothing was said in it: the same', async () => {
  const asked = openDatabase(connection, 2);
  try {
    const inTransaction = asked.bypassingRls.transaction(async (tx) => {
      await tx.query(`SET LOCAL idle_in_transaction_session_timeout = 50`);
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      for (;;) {
        const rows = await database.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid]);
        if (rows.length === 0) return tx.query('SELECT 1');
      }
    });
    await assert.rejects(inTransaction, Unavailable);
    assert.equal((await asked.bypassingRls.query('SELECT 1')).length, 1, 'the next one has another connection');
  } finally {
    await asked.close();
  }
});

test('after a failover to a server that takes no writes: a write is answered the same', async () => {
  const asked = openDatabase(connection, 2);
  try {
    await assert.rejects(
      asked.bypassingRls.transaction(async (tx) => {
        await tx.query('SET TRANSACTION READ ONLY');
        await tx.query('CREATE TABLE never ()');
      }),
      Unavailable,
    );
  } finally {
    await asked.close();
  }
});
