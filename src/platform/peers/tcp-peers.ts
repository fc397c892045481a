import { hkdfSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import type { Owner } from '../ownership/ownership.ts';
import type { Dial } from './asking.ts';
import type { Line, Wire } from './channel.ts';
import { createFrameReader, frameOf } from './frames.ts';
import { answerBytesMax, PeerRefused, type Peers, type PeersParts } from './peers.ts';
import { createPipe } from './pipe.ts';

/** A pipe by TCP, in TLS. */
export interface TcpPeers extends Peers {
  /** Begins to answer others; resolves with the port listened on. Rejects if the address cannot be had. */
  listen(at: { readonly host: string; readonly port: number }): Promise<number>;
}

/** Versions of the wire that this program speaks, the best first: that of the release before belongs to them. */
const ownVersions: readonly number[] = [1];
/** Whoever has not shaken hands by then is cut. */
const greetingMs = 1_500;
/** An answer and the batch it came with. */
const frameBytesMax = answerBytesMax + 1024 * 1024;
const keepAliveMs = 10_000;
/** What was written has so long to leave when this process ends. */
const leaveMs = 1_000;
const connectionsMax = 1_024;

/**
 * TLS by a pre-shared key, made from the secret of the installation: both sides prove that they know it, what is said
 * cannot be read, changed or said again, and nobody needs certificates. It costs less than an HMAC-SHA256 of each batch would.
 * TLS 1.2, because Node takes such a key for no other; ECDHE, so that who learns the secret later cannot read what was recorded.
 */
const cipher = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;
const identity = 'onsale';

/** `secret`: of the installation; who has another is neither asked nor answered. */
export function createTcpPeers(
  parts: PeersParts & {
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly secret: Uint8Array;
    readonly versions?: readonly number[];
  },
): TcpPeers {
  const { processId, clock, secret, onFailure, versions = ownVersions } = parts;
  const psk = Buffer.from(hkdfSync('sha256', secret, '', 'onsale peers', 32));
  const sockets = new Set<TLSSocket>();
  const strangers = new Set<TLSSocket>();
  const reported = new Map<string, string>();
  const pipe = createPipe({ ...parts, soon: (task) => void setImmediate(task), dial });
  let server: Server | null = null;

  /** Reads frames off a socket: `greet` gets the first one and answers who hears the others; null, if it is to come to nothing. */
  function attend(
    socket: TLSSocket,
    greet: (greeting: readonly unknown[]) => Line['heard'] | null,
    ended: Line['ended'],
  ): void {
    let hear: Line['heard'] | null = null;
    let why = new Error('The connection was closed');
    const cancel = clock.after(greetingMs, () => socket.destroy(new Error('It does not greet')));
    const read = createFrameReader(frameBytesMax, (text) => {
      if (hear !== null) return hear(text);
      hear = greet(JSON.parse(text));
      if (hear === null) return;
      cancel();
      strangers.delete(socket);
    });
    sockets.add(socket);
    strangers.add(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        onFailure('reading what another process sends', error);
        socket.destroy(error as Error);
      }
    });
    socket.on('error', (error) => {
      why = error;
    });
    socket.on('close', () => {
      cancel();
      sockets.delete(socket);
      strangers.delete(socket);
      ended(why);
    });
  }

  function dial(to: Owner, line: Parameters<Dial>[1]): void {
    const pskCallback = () => ({ psk, identity });
    const socket = connect({ ...endpointOf(to.address), ...cipher, pskCallback, checkServerIdentity: () => undefined });
    socket.on('secureConnect', () => say(socket, ['onsale', versions, processId(), to.processId]));
    const greet = ([version, theirs, spoken]: readonly unknown[]) => {
      if (theirs !== to.processId) {
        socket.destroy(new PeerRefused({ why: 'wrong process', processId: String(theirs) }));
      } else if (!versions.includes(version as number)) {
        socket.destroy(new OtherVersion(`It speaks version ${spoken} of the pipe, and we ${versions}`));
      } else {
        reported.delete(to.address);
        line.opened(wireOf(socket));
        return line.heard;
      }
      return null;
    };
    attend(socket, greet, (why) => {
      report(to.address, why);
      line.ended(why);
    });
  }

  /** An operator hears once of a peer with which we cannot speak; of one that is away, whoever has asked does. */
  function report(address: string, why: Error & { readonly code?: string }): void {
    const isOurs = why instanceof OtherVersion || why.code?.startsWith('ERR_SSL');
    if (!isOurs || reported.get(address) === why.message) return;
    reported.set(address, why.message);
    onFailure(`speaking to the process at ${address}; have both the same INTERNAL_SECRET and version?`, why);
  }

  function accept(socket: TLSSocket): void {
    let line: Line | null = null;
    const greet = ([, offered, from, to]: readonly unknown[]) => {
      const version = versions.find((one) => (offered as number[]).includes(one)) ?? null;
      say(socket, [version, processId(), versions]);
      // Whoever greeted sees by the answer that it is not for him, and goes.
      if (version === null || to !== processId()) return null;
      line = pipe.accept(from as string, wireOf(socket));
      return line.heard;
    };
    attend(socket, greet, (why) => line?.ended(why));
  }

  return {
    ask: pipe.ask,
    follow: pipe.follow,
    answer: pipe.answer,
    answerFollowers: pipe.answerFollowers,
    listen({ host, port }) {
      const listening = createServer(
        { ...cipher, pskCallback: () => psk, pskIdentityHint: identity, handshakeTimeout: greetingMs },
        accept,
      );
      listening.maxConnections = connectionsMax;
      listening.on('tlsClientError', (error: Error & { code?: string }, socket) => {
        const { remoteAddress } = socket;
        socket.destroy();
        // Others only look whether the port is open.
        if (!error.code?.startsWith('ERR_SSL')) return;
        onFailure(`refusing a connection from ${remoteAddress}; has it the same INTERNAL_SECRET?`, error);
      });
      server = listening;
      return new Promise((resolve, reject) => {
        listening.on('error', reject);
        listening.listen({ port, host, exclusive: true }, () => resolve((listening.address() as AddressInfo).port));
      });
    },
    async close() {
      server?.close();
      pipe.close();
      for (const socket of strangers) socket.destroy();
      const gone = [...sockets].map((socket) => new Promise<void>((done) => socket.once('close', () => done())));
      const cancel = clock.after(leaveMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      await Promise.all(gone);
      cancel();
    },
  };
}

class OtherVersion extends Error {}

function say(socket: TLSSocket, greeting: readonly unknown[]): void {
  socket.write(frameOf(JSON.stringify(greeting)));
}

function wireOf(socket: TLSSocket): Wire {
  return {
    write(text, written) {
      socket.write(frameOf(text), (error) => {
        if (!error) written();
      });
    },
    end: () => void socket.end(),
    destroy: (why) => void socket.destroy(new Error(why)),
  };
}

/** Host and port of `host:port`, `[::1]:port`. */
function endpointOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
}
