import type { ListedProcess } from './lease-rows.ts';

/**
 * Which processes may own events: of those that live and have the role, whoever is reached. A process is not, if more than half of
 * the others that have an opinion do not reach it (`ListedProcess.reached`); half of them is not enough, because then nobody can say
 * at whom it lies. Where that leaves nobody, as of two that do not reach each other, all of them may: what is owned stays
 * where it is. Whoever reads the same rows answers the same, in their order.
 *
 * `self`: who asks knows of itself what its row may not say yet: whom it reaches; and that it lives, though its lease is over in the
 * rows since PostgreSQL was away.
 */
export function whoMayOwn(
  processes: readonly ListedProcess[],
  self: Pick<ListedProcess, 'processId' | 'reached'> | null = null,
): string[] {
  const known = processes.map((one) => (one.processId === self?.processId ? { ...one, ...self, isOver: false } : one));
  const living = known.filter(({ state, isOver }) => state === 'living' && !isOver);
  const able = living.filter(({ roles }) => roles.includes('booking')).map(({ processId }) => processId);
  const asked = living.flatMap(({ processId, reached }) => (reached === null ? [] : [{ processId, reached }]));
  const reached = able.filter((processId) => {
    const others = asked.filter((other) => other.processId !== processId);
    const missing = others.filter((other) => !other.reached.includes(processId));
    return missing.length * 2 <= others.length;
  });
  return reached.length > 0 ? reached : able;
}
