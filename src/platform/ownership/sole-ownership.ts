import type { Fence, Ownership } from './ownership.ts';

/** What a process that is alone writes its decisions under: no row says it, and no statement asks. */
export const soleFence: Fence = { slot: -1, processId: '00000000-0000-0000-0000-000000000000', fence: 0 };

/** The ownership of the only process that there is, by the lock of its data folder: all events are its own, always. */
export const soleOwnership: Ownership = {
  fenceOf: () => soleFence,
  ownerOf: () => null,
  untilOwned: async () => true,
  onLost() {},
  beforeHandOver() {},
};
