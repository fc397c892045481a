import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface ReceivedMail {
  readonly to: string[];
  /** Headers and body as they came. */
  readonly raw: string;
}

/** A mail server on a free port that keeps what it gets. `answer` may refuse a command: `551 no such user here`. */
export async function startSmtpSink(answer: (command: string) => string | undefined = () => undefined) {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.write('220 sink.test ESMTP\r\n');
    let to: string[] = [];
    let body: string[] | undefined;
    createInterface({ input: socket }).on('line', (line) => {
      if (body) {
        if (line !== '.') return void body.push(line.replace(/^\./, ''));
        received.push({ to, raw: body.join('\n') });
        to = [];
        body = undefined;
        return void socket.write('250 kept\r\n');
      }
      const refusal = answer(line);
      if (refusal !== undefined) return void socket.write(`${refusal}\r\n`);
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'RCPT') to.push(/<(.*)>/.exec(line)?.[1] ?? line);
      if (command === 'DATA') body = [];
      socket.write(command === 'DATA' ? '354 go on\r\n' : command === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
