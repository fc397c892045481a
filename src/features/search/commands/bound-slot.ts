import type { Transacting } from '../../../platform/postgres/database.ts';
import { dropSlot, endReader, noteNothingServes, readSlot } from '../store/postgres-search-feed.ts';

/** Of the bound, from which on an operator should know. */
export const alarmShare = 0.5;

/**
 * Looks how much log PostgreSQL keeps for the slot of search, and gives the slot up where that is more than `boundBytes`: a full disk would
 * stop the sale, a lost slot costs an index that is made anew. Looked at also where no engine is set: a slot that is left behind is read by nobody.
 */
export function createSlotBound(parts: {
  readonly bypassingRls: Transacting;
  readonly boundBytes: number;
  readonly onNotice: (sentence: string) => void;
}): () => Promise<void> {
  const { bypassingRls, boundBytes, onNotice } = parts;
  let isAlarmed = false;
  return async () => {
    const slot = await readSlot(bypassingRls);
    if (slot === null) return;
    const size = `${Math.round(slot.bytes / 1e6)} MB`;
    const isGrown = slot.bytes > boundBytes * alarmShare;
    if (isGrown && !isAlarmed) {
      onNotice(
        `PostgreSQL keeps ${size} of its log for search, and nobody takes it (slot ${slot.name}). At ${Math.round(boundBytes / 1e6)} MB (SEARCH_SLOT_MB) it is given up, and the index made anew.`,
      );
    }
    isAlarmed = isGrown;
    if (slot.bytes <= boundBytes && !slot.isLost) return;
    await noteNothingServes(bypassingRls);
    if (slot.activePid !== null) await endReader(bypassingRls, slot);
    await dropSlot(bypassingRls, slot);
    onNotice(
      `The replication slot ${slot.name} of search was given up at ${size} of log: its index will be made anew.`,
    );
  };
}
