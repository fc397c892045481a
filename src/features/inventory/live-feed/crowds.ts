/** How often it is looked what has changed. */
export const pushEveryMs = 125;
/** From so many followers of an event on it is a crowd: */
export const crowd = 250;
/** a quarter of a second is soon enough for it, since each frame costs by the head. */
export const crowdEveryMs = 2 * pushEveryMs;
/** So many followers take a frame in one turn of the thread; a purchase that comes meanwhile waits for no more of them. */
export const takeAtOnceMax = 100;

/** Lets what has come meanwhile go first. */
export const turnOfOthers = () => new Promise<void>((done) => setImmediate(done));
