import assert from 'node:assert/strict';
import { systemClock } from '../clock/clock.ts';
import type { Owner } from '../ownership/ownership.ts';
import type { PeerBounds, Peers } from './peers.ts';

/** A process on trial, and how others find it. */
export interface PeerOnTrial {
  readonly peers: Peers;
  owner: Owner;
  /** It was declared dead and begins anew: the same memory and connections under another id. */
  rename(): void;
  /** What was reported to `onAsk` and `onFailure`. */
  readonly asks: [name: string, outcome: string][];
  readonly failures: string[];
}

export interface PeersTrial {
  /** Starts a process with an id of its own; at the address of one that has crashed, or a new one. */
  start(options?: { readonly at?: string; readonly bounds?: PeerBounds }): Promise<PeerOnTrial>;
  /** The process is gone without a word. */
  crash(process: PeerOnTrial): Promise<void>;
  /** Breaks all connections. */
  break(): void;
  /** Nothing passes any more; the connections stay. */
  hold(): void;
  heal(): void;
  end(): Promise<void>;
}

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Waits until it holds; fails the test if it does not. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = systemClock.measure() + 20_000; !(await holds()); await pause(2))
    assert.ok(systemClock.measure() < end, `never: ${holds}`);
}
