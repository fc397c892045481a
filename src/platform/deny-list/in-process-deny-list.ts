import type { Clock } from '../clock/clock.ts';
import type { DenyList } from './deny-list.ts';

/** Denied names that are remembered: the oldest are forgotten first. */
const namesMax = 50_000;

/** Names that are denied in this process. */
export function createInProcessDenyList({ clock }: { readonly clock: Pick<Clock, 'measure'> }): DenyList {
  const until = new Map<string, number>();
  return {
    deny(name, forMs) {
      until.delete(name);
      if (until.size >= namesMax) until.delete(until.keys().next().value!);
      until.set(name, clock.measure() + forMs);
    },
    isDenied: (name) => (until.get(name) ?? Number.NEGATIVE_INFINITY) > clock.measure(),
  };
}
