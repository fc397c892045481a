import cluster from 'node:cluster';
import { once } from 'node:events';
import type { ListenAddress } from '../edges/http/listening.ts';
import { findDataFolder } from '../platform/data-folder/data-folder.ts';
import type { Storage } from './storage.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** What a worker process has of its parent, which owns the data folder and PostgreSQL. */
export interface Parent {
  readonly storage: Storage;
  readonly listenOn: ListenAddress;
  /** The first of all: no other process lives on this database. */
  readonly isAlone: boolean;
  /** This process serves. */
  isReady(facts: Omit<Extract<FromWorker, { say: 'ready' }>, 'say'>): void;
  /** It cannot. */
  isRefused(sentence: string): void;
  /** Its id among the processes of this Onsale, which changes if it was declared dead. */
  hasJoined(processId: string): void;
  /** A sentence about the shop, for whoever reads the parent's screen. */
  sayShop(sentence: string): void;
  /** Called when another worker has ended. */
  onLook(listener: () => void): void;
}

/** The parent of this process; null if it is no worker. Resolves when the parent has said what to serve. */
export async function findParent(): Promise<Parent | null> {
  const { worker } = cluster;
  if (!worker) return null;
  // Signals keep nothing alive, nor does a channel that is only watched: this wait must.
  process.channel?.ref();
  const [begin] = (await once(process, 'message')) as [Extract<ToWorker, { say: 'begin' }>];
  process.channel?.unref();
  const { connection, direct, read, place, folder, listenOn, isAlone } = begin;
  // A parent that is gone is noticed by the channel itself.
  const send = (message: FromWorker) => void process.send?.(message, undefined, {}, () => {});
  return {
    storage: { dataFolder: findDataFolder(folder), connection, direct, read, place, async close() {} },
    // Not through the parent: a connection that it had just handed to a worker that was killed would hang.
    listenOn: { ...listenOn, isShared: true },
    isAlone,
    isReady: (facts) => send({ say: 'ready', ...facts }),
    isRefused: (sentence) => send({ say: 'refused', sentence }),
    hasJoined: (processId) => send({ say: 'joined', processId }),
    sayShop: (sentence) => send({ say: 'shop', sentence }),
    onLook: (listener) => void process.on('message', (message: ToWorker) => message.say === 'look' && listener()),
  };
}
