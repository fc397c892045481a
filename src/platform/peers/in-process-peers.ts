import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import type { Owner } from '../ownership/ownership.ts';
import type { Dial } from './asking.ts';
import type { Line, Wire } from './channel.ts';
import { PeerRefused, type Peers, type PeersParts } from './peers.ts';
import { createPipe, type Pipe } from './pipe.ts';

/** A network within one process, for tests and simulations: the same pipes over wires that can be held, broken and slow. */
export interface InProcessNetwork {
  /** Adds a process. */
  join(parts: PeersParts & { readonly address: string; readonly clock: Clock; readonly random: RandomBytes }): Peers;
  /** Breaks the connections between two processes; what is on its way is lost. */
  break(processId: string, other: string): void;
  /** Nothing passes between two processes, or between one and all others, until {@link heal}: then all of it does. */
  hold(processId: string, other?: string): void;
  /** Ends one hold, as it was named, or all. */
  heal(processId?: string, other?: string): void;
  /** The process is gone without a word. */
  crash(processId: string): void;
}

interface Node {
  readonly processId: () => string;
  readonly pipe: Pipe;
}

/** A connection: whose, and how it breaks. */
interface Connection {
  readonly ends: readonly [string, string];
  breakOff(why: Error): void;
}

/** `clock`: of the network itself. Each text takes `latencyMs`; 0: it is there at the end of the turn. */
export function createInProcessNetwork(network: {
  readonly clock: Clock;
  readonly latencyMs?: number;
}): InProcessNetwork {
  const { clock, latencyMs = 0 } = network;
  const nodes = new Map<string, Node>();
  const connections = new Set<Connection>();
  const held = new Set<string>();
  let waiting: (() => void)[] = [];
  const keyOf = (processId: string, other?: string) => (other === undefined ? processId : pairOf([processId, other]));
  const pairOf = (ends: readonly string[]) => ends.toSorted().join(' ');

  function carry(ends: readonly string[], arrive: () => void): void {
    const pass = () => {
      if (held.has(pairOf(ends)) || ends.some((end) => held.has(end))) waiting.push(pass);
      else arrive();
    };
    if (latencyMs > 0) clock.after(latencyMs, pass);
    else queueMicrotask(pass);
  }

  /** Both ends of a connection to `node`. */
  function join(from: string, node: Node, line: Parameters<Dial>[1]): void {
    const ends = [from, node.processId()] as const;
    let lines: readonly Line[] = [line];
    const connection: Connection = {
      ends,
      breakOff(why) {
        connections.delete(connection);
        const all = lines;
        lines = [];
        for (const one of all) one.ended(why);
      },
    };
    const end = (why: string) => carry(ends, () => connection.breakOff(new Error(why)));
    const wireTo = (side: 0 | 1): Wire => ({
      write(text, written) {
        carry(ends, () => lines[side]?.heard(text));
        queueMicrotask(() => lines.length > 0 && written());
      },
      end: () => end('The connection was closed'),
      destroy: (why) => queueMicrotask(() => connection.breakOff(new Error(why))),
    });
    connections.add(connection);
    lines = [line, node.pipe.accept(from, wireTo(0))];
    line.opened(wireTo(1));
  }

  function dial(from: string, to: Owner, line: Parameters<Dial>[1]): void {
    carry([from, to.processId], () => {
      const node = nodes.get(to.address);
      if (node === undefined) line.ended(new Error(`Nobody is at ${to.address}`));
      else if (node.processId() === to.processId) join(from, node, line);
      else line.ended(new PeerRefused({ why: 'wrong process', processId: node.processId() }));
    });
  }

  function breakOff(isMeant: (ends: readonly string[]) => boolean, why: string): void {
    for (const connection of [...connections]) if (isMeant(connection.ends)) connection.breakOff(new Error(why));
  }

  function crash(processId: string): void {
    for (const [address, node] of nodes) if (node.processId() === processId) nodes.delete(address);
    breakOff((ends) => ends.includes(processId), 'The process is gone');
  }

  return {
    join(parts) {
      const { address, processId } = parts;
      const pipe = createPipe({ ...parts, soon: queueMicrotask, dial: (to, line) => dial(processId(), to, line) });
      nodes.set(address, { processId, pipe });
      return {
        ask: pipe.ask,
        follow: pipe.follow,
        answer: pipe.answer,
        answerFollowers: pipe.answerFollowers,
        async close() {
          nodes.delete(address);
          pipe.close();
        },
      };
    },
    break: (processId, other) =>
      breakOff((ends) => pairOf(ends) === pairOf([processId, other]), 'The connection broke'),
    hold: (processId, other) => void held.add(keyOf(processId, other)),
    heal(processId, other) {
      if (processId === undefined) held.clear();
      else held.delete(keyOf(processId, other));
      const all = waiting;
      waiting = [];
      for (const pass of all) pass();
    },
    crash,
  };
}
