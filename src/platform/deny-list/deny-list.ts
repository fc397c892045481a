/**
 * Names of what is good for nothing any more, though it looks as if it were: kept so that it is refused without asking the one that
 * decides. May forget any of them at any time, and then that one is asked; must never name what may still be good.
 */
export interface DenyList {
  /** Denies a name for so many milliseconds. Never fails, and nobody need wait for it. */
  deny(name: string, forMs: number): void | Promise<void>;
  /** Whether the name is known to be denied. Never fails. */
  isDenied(name: string): boolean | Promise<boolean>;
}
