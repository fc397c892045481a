import type { ConnectionSettings } from '../platform/postgres/connection.ts';

/** What the parent of worker processes and a worker say to each other, by the channel between them. */
export type ToWorker =
  | {
      readonly say: 'begin';
      readonly connection: ConnectionSettings;
      /** The same past any pooler. */
      readonly direct: ConnectionSettings;
      /** A standby that the public reads from; null: there is none. */
      readonly read: ConnectionSettings | null;
      /** Where everything is kept, in words. */
      readonly place: string;
      /** Of the data folder that the parent has locked. */
      readonly folder: string;
      readonly listenOn: { readonly host: string; readonly port: number };
      /** The first of all: no other process lives on this database, and what is done once at a start is its work. */
      readonly isAlone: boolean;
    }
  /** Another worker has ended: what it owned is to be claimed. */
  | { readonly say: 'look' };

export type FromWorker =
  | { readonly say: 'joined'; readonly processId: string }
  | {
      readonly say: 'ready';
      readonly address: string;
      /** Where commands beside the server find it. */
      readonly announced: string;
      readonly ownerKey: string | undefined;
      readonly demo: readonly string[];
      readonly isBuildingWebApp: boolean;
    }
  | { readonly say: 'refused'; readonly sentence: string }
  | { readonly say: 'shop'; readonly sentence: string };
