import type { Redis } from '../../../platform/redis/redis.ts';
import { type RedisCommand, sendTogether } from '../../../platform/redis/send-together.ts';
import type { KeptAvailability, KeptNumbers } from './kept-availability.ts';

/** From when they were last written or read. */
const keptMs = 300_000;

/** Under which name others find the availability of a ticket type. */
function nameOf(ticketTypeId: number): string {
  return `availability_${ticketTypeId}`;
}

/** Copies in Redis, as JSON. */
export function createRedisKeptAvailability(redis: Redis): KeptAvailability {
  return {
    get isAway() {
      return redis.trouble !== null && redis.trouble !== 'incomplete';
    },
    write: (types, hiddenTypeIds) =>
      redis.ask((client) =>
        sendTogether(client, [
          ...types.map((type): RedisCommand => {
            return ['set', redis.key(nameOf(type.ticketTypeId)), JSON.stringify(type), 'PX', keptMs];
          }),
          ...hiddenTypeIds.map((ticketTypeId): RedisCommand => ['del', redis.key(nameOf(ticketTypeId))]),
        ]),
      ),
    async read(ticketTypeIds) {
      const texts = await redis.ask((client) =>
        Promise.all(ticketTypeIds.map((id) => client.getex(redis.key(nameOf(id)), 'PX', keptMs))),
      );
      return texts.map(toNumbers);
    },
    onLost: (listener) => redis.onRegained(listener),
  };
}

/** Null: others have put there what is none. */
function toNumbers(text: string | null): KeptNumbers | null {
  try {
    return text === null ? null : (JSON.parse(text) as KeptNumbers);
  } catch {
    return null;
  }
}
