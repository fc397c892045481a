/**
 * Events lie in so many slots; a slot has one owner. A constant of the installation: two processes that counted otherwise
 * would decide about one event in two places.
 */
export const slotCount = 256;

/** The slot of an event: neighbours in time lie in different ones, because shows of one organiser sell on one morning. */
export function slotOf(eventId: number): number {
  return mix(eventId) % slotCount;
}

/**
 * Who of these processes should own each slot, by rendezvous hashing (Thaler and Ravishankar 1998): each slot belongs to the
 * process with the highest score for it, so that who joins or leaves moves only its own share. Answers an array by slot;
 * null everywhere if there is nobody.
 */
export function shareOut(processIds: readonly string[]): (string | null)[] {
  const seeds = processIds.map((id) => ({ id, seed: hashText(id) }));
  return Array.from({ length: slotCount }, (_, slot) => {
    let best: string | null = null;
    let bestScore = -1;
    for (const { id, seed } of seeds) {
      const score = mix(seed ^ mix(slot + 1));
      // Two ids of one score: the smaller one, for everybody.
      if (score > bestScore || (score === bestScore && best !== null && id < best)) {
        best = id;
        bestScore = score;
      }
    }
    return best;
  });
}

/** Mixes the bits of an integer, so that neighbours are far apart (the finaliser of MurmurHash3); 32 bits, not negative. */
function mix(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
