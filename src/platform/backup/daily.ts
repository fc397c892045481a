const dayMs = 86_400_000;

/** The last moment before `now` at which it was so many minutes after midnight, UTC. */
export function lastTimeOfDay(now: number, minutes: number): number {
  const today = Math.floor(now / dayMs) * dayMs + minutes * 60_000;
  return today <= now ? today : today - dayMs;
}
