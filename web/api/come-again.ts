/** So long at most, however long the server asks for. */
const askedMsMax = 60_000;
/** Doubled with each failure. */
const windowMs = { first: 2_000, most: 10_000, whilePolling: 30_000 };

/**
 * After how many milliseconds a page connects again whose socket has ended. A server that stops says it itself, another delay to each
 * (`again in 240 ms`). Where it died, or is not back yet, chance spreads those who come: a window of as many milliseconds, begun
 * after a quarter of it, holds all who lost their sockets in the same moment. `chance`: 0 to 1, drawn anew each time.
 */
export function comeAgainMs(ended: {
  readonly reason: string;
  /** Sockets in a row that never spoke, this one included. */
  readonly failures: number;
  readonly isPolling: boolean;
  readonly chance: number;
}): number {
  const { reason, failures, isPolling, chance } = ended;
  const asked = /^again in (\d{1,9}) ms$/.exec(reason)?.[1];
  if (asked !== undefined && failures <= 1) return Math.min(askedMsMax, Number(asked));
  const window = isPolling ? windowMs.whilePolling : Math.min(windowMs.most, windowMs.first * 2 ** (failures - 1));
  return Math.round(window * (0.25 + chance));
}
