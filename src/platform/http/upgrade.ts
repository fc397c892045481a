import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request that asks for another protocol on its connection, which Node has released from HTTP. */
export interface Upgrade {
  readonly socket: Socket;
  /** What came in behind the request already. */
  readonly head: Buffer;
  /** Answers by HTTP, as long as the connection is not taken over. */
  readonly response: ServerResponse;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Notes it for the route that the request leads to. */
export function noteUpgrade(request: IncomingMessage, upgrade: Upgrade): void {
  upgrades.set(request, upgrade);
}

/** What the request asks for beside its answer; undefined: nothing. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request);
}
