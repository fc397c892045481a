import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock/clock.ts';
import { Refused } from '../http/refused.ts';
import { upgradeOf } from '../http/upgrade.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { TextFrame } from './text-frame.ts';

/** How many sockets may be open. */
export interface SocketBounds {
  readonly inAll: number;
  /** From one network (`networkOf`): an office or a mobile network has thousands of people behind it. */
  readonly perNetwork: number;
}

export const socketBounds: SocketBounds = { inAll: 20_000, perNetwork: 5_000 };
/** What a client says is short. */
const messageBytesMax = 512;
/** So much may wait to be read by a client, beside the longest frame that it was sent; then it is cut. */
export const slowBytesMax = 256 * 1024;
/** Whoever was silent for so long is asked whether it is there, and cut if it does not answer for as long. */
export const silentMs = 25_000;
/** How often it is looked who was silent. */
export const lookEveryMs = 1_000;
/** A client that does not take leave by then is cut. */
const leaveMsMax = 1_000;
/** When who finds no room may come again: the one sooner, the next one later, so that they do not all come at once. */
const roomAgainSeconds = { least: 15, most: 44 };
/** So many of those that a stop closes are asked to come back in a second: what a process that goes on takes in beside its work. */
const backPerSecond = 1_000;
const keyPattern = /^[+/0-9A-Za-z]{22}==$/;

/** A socket as a route has it. */
export interface OpenSocket {
  /** Sends it, or cuts whoever does not read what was sent before. */
  send(frame: TextFrame): void;
  close(code: number, reason: string): void;
}

export interface SocketEvents {
  /** A whole message of text. */
  message(text: string): void;
  /** However it ended; called once. */
  closed(): void;
}

/** The open sockets of a process, bounded, watched and ended together. */
export interface WebSockets {
  /** Refuses what is no proper upgrade to WebSocket: before a route does anything for it. */
  check(request: FastifyRequest, reply: FastifyReply): void;
  /** Opens the socket of a request that was checked, and hands it over. Refuses if there are too many. */
  open(request: FastifyRequest, reply: FastifyReply, begin: (socket: OpenSocket) => SocketEvents): void;
  /** Asks who was silent, cuts who is dead or does not read. Called every {@link lookEveryMs}. */
  look(): void;
  /**
   * Closes all with this code, and for each the words that its delay makes: in milliseconds, so that no more than {@link backPerSecond}
   * come back in a second. Resolves when they are gone.
   */
  closeAll(code: number, reasonOf: (comeBackInMs: number) => string): Promise<void>;
}

interface Peer {
  readonly webSocket: WebSocket;
  readonly network: string;
  heardAt: number;
  askedAt: number | null;
  /** Bytes of its longest frame: they may wait longer than others. */
  longest: number;
}

export function createWebSockets(parts: {
  readonly clock: Pick<Clock, 'measure'>;
  readonly metrics: Pick<Metrics, 'socketsOpen' | 'socketsCut'>;
  readonly bounds?: SocketBounds;
}): WebSockets {
  const { clock, metrics, bounds = socketBounds } = parts;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytesMax,
    // A frame is compressed for each socket anew, and keeps memory for each: they are small instead.
    perMessageDeflate: false,
    handleProtocols: () => false,
  });
  const peers = new Set<Peer>();
  const perNetwork = new Map<string, number>();
  let refusedCount = 0;

  function roomAgain(): number {
    const { least, most } = roomAgainSeconds;
    return least + (refusedCount++ % (most - least + 1));
  }

  function refuseIfFull(network: string): void {
    if (peers.size >= bounds.inAll) throw new Refused({ code: 'SOCKETS_FULL', retryAfterSeconds: roomAgain() });
    const limit = bounds.perNetwork;
    if ((perNetwork.get(network) ?? 0) >= limit)
      throw new Refused({ code: 'TOO_MANY_SOCKETS', limit, retryAfterSeconds: roomAgain() });
  }

  function remove(peer: Peer): void {
    if (!peers.delete(peer)) return;
    const left = perNetwork.get(peer.network)! - 1;
    if (left === 0) perNetwork.delete(peer.network);
    else perNetwork.set(peer.network, left);
    metrics.socketsOpen.set(peers.size);
  }

  function cut({ webSocket }: Peer, why: 'slow' | 'dead'): void {
    metrics.socketsCut.inc({ why });
    webSocket.terminate();
  }

  const isSlow = ({ webSocket, longest }: Peer) => webSocket.bufferedAmount > slowBytesMax + longest;

  /** Frames are written whole and as they are, past the library, which would build each head anew. */
  function send(peer: Peer, socket: Socket, { bytes }: TextFrame): void {
    if (peer.webSocket.readyState !== peer.webSocket.OPEN) return;
    if (isSlow(peer)) return cut(peer, 'slow');
    if (bytes.length > peer.longest) peer.longest = bytes.length;
    socket.write(bytes);
  }

  function admit(peer: Peer, socket: Socket, begin: (socket: OpenSocket) => SocketEvents): void {
    const { webSocket, network } = peer;
    peers.add(peer);
    perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1);
    metrics.socketsOpen.set(peers.size);
    const hear = () => {
      peer.heardAt = clock.measure();
      peer.askedAt = null;
    };
    let events: SocketEvents | null = null;
    webSocket.on('pong', hear);
    // The library closes it by itself after an error of the protocol.
    webSocket.on('error', () => {});
    webSocket.on('close', () => {
      remove(peer);
      events?.closed();
    });
    webSocket.on('message', (data, isBinary) => {
      hear();
      if (isBinary) webSocket.close(1003, 'Only text');
      else events?.message(String(data));
    });
    try {
      events = begin({
        send: (frame) => send(peer, socket, frame),
        close: (code, reason) => webSocket.close(code, reason),
      });
    } catch (error) {
      // The answer is past being one: who waits for frames learns at least that none will come.
      webSocket.close(1011, 'INTERNAL');
      throw error;
    }
  }

  return {
    check({ raw, network }, reply) {
      const { 'sec-websocket-key': key, 'sec-websocket-version': version } = raw.headers;
      if (upgradeOf(raw) === undefined || version !== '13') {
        reply.header('upgrade', 'websocket').header('sec-websocket-version', '13');
        throw new Refused({ code: 'UPGRADE_NEEDED' });
      }
      if (!keyPattern.test(key ?? '')) throw new Refused({ code: 'REQUEST_INVALID' });
      refuseIfFull(network);
    },
    open(request, reply, begin) {
      const { raw, network } = request;
      const { socket, head, response } = upgradeOf(raw)!;
      refuseIfFull(network);
      reply.hijack();
      response.detachSocket(socket);
      server.handleUpgrade(raw, socket, head, (webSocket) => {
        const peer = { webSocket, network, heardAt: clock.measure(), askedAt: null, longest: 0 };
        admit(peer, socket, begin);
      });
    },
    look() {
      const now = clock.measure();
      for (const peer of peers) {
        if (isSlow(peer)) cut(peer, 'slow');
        else if (peer.askedAt !== null) {
          if (now - peer.askedAt >= silentMs) cut(peer, 'dead');
        } else if (now - peer.heardAt >= silentMs) {
          peer.askedAt = now;
          if (peer.webSocket.readyState === peer.webSocket.OPEN) peer.webSocket.ping();
        }
      }
    },
    async closeAll(code, reasonOf) {
      const left = [...peers].map(({ webSocket }, nth) => {
        const gone = new Promise<void>((done) => webSocket.once('close', () => done()));
        webSocket.close(code, reasonOf(Math.floor((nth * 1_000) / backPerSecond)));
        return gone;
      });
      // By the system's timer: a clock that stands still in a test must not keep a server from ending.
      const timer = setTimeout(() => {
        for (const { webSocket } of peers) webSocket.terminate();
      }, leaveMsMax);
      await Promise.all(left);
      clearTimeout(timer);
    },
  };
}
