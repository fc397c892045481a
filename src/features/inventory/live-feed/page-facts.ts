import type { Instant } from '../../../kernel/instant.ts';
import type { TypeAvailability } from '../domain/types.ts';

/** What pages show of an event beside what frames say: a process that follows it makes the same pages of them. */
export interface PageFacts {
  /** When the first of all its holds lapses. */
  readonly nextExpiryAt: Instant | null;
  /** The types that anybody may see. */
  readonly ticketTypes: readonly TypeAvailability[];
}

/** The same on their way. `caughtUp`: they answer this question, see {@link AskedToFollow}. */
export interface SentFacts extends PageFacts {
  readonly caughtUp?: number;
}

/** A frame with its facts, on the pipe: JSON has no line break of its own. */
export function withFacts(frame: string, facts: string): string {
  return `${frame}\n${facts}`;
}

/** Null: none were sent along. */
export function splitFacts(text: string): { readonly frame: string; readonly facts: SentFacts | null } {
  const at = text.indexOf('\n');
  if (at < 0) return { frame: text, facts: null };
  return { frame: text.slice(0, at), facts: JSON.parse(text.slice(at + 1)) as SentFacts };
}
