import { Unavailable } from '../postgres/database.ts';
import type { MessageBus } from './message-bus.ts';

/** Does what needs the bus, unless it is away or goes meanwhile: that it has said itself, once. */
export async function unlessAway(bus: MessageBus, work: () => Promise<unknown>): Promise<void> {
  if (bus.trouble !== null) return;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Unavailable && bus.trouble !== null)) throw error;
  }
}
