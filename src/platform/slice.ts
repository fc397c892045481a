import type { FastifyPluginAsync } from 'fastify';
import type { Consumer } from './messages/message-bus.ts';
import type { Job } from './scheduler/run-jobs.ts';

/** What a process knows when it starts. */
export interface HowItStarts {
  /** No other process lives on this database: whatever is open was left behind by one that is dead. */
  readonly isAlone: boolean;
}

/**
 * What every slice is made into by its `compose.ts`, whoever runs it. What other slices use of it stands beside this as
 * members with names.
 */
export interface Slice {
  /** Its part of the API. */
  readonly routes: readonly FastifyPluginAsync[];
  /** What it does again and again while requests are taken. */
  readonly jobs: readonly Job[];
  /** What it does about messages. */
  readonly consumers: readonly Consumer[];
  /** Ends or takes up again what an earlier process left open. Called once, before requests are taken. */
  start?(how: HowItStarts): Promise<void>;
  /** Ends what is under way and writes what is not written. Called once, after the last request and the last job. */
  drain?(): Promise<void>;
}

/** A slice as its `compose.ts` writes it down: checked (`satisfies SliceShape`), with the members that others use beside it. */
export type SliceShape = Slice & Readonly<Record<string, unknown>>;
