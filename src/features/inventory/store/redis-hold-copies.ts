import type { Redis } from '../../../platform/redis/redis.ts';
import { type RedisCommand, sendTogether } from '../../../platform/redis/send-together.ts';
import type { HoldCopies } from './hold-copies.ts';

/** Under which name others find the copy of a hold. */
function copyName(reservationId: string): string {
  return `reservation_${reservationId}`;
}

/** Copies in Redis, as JSON, each with its hold's deadline as its own. */
export function createRedisHoldCopies(redis: Redis): HoldCopies {
  return {
    get isAway() {
      return redis.trouble !== null && redis.trouble !== 'incomplete';
    },
    write: (kept, ended) =>
      redis.ask((client) =>
        sendTogether(client, [
          ...ended.map((reservationId): RedisCommand => ['del', redis.key(copyName(reservationId))]),
          ...kept.map(
            ({ copy, until }): RedisCommand => [
              'set',
              redis.key(copyName(copy.reservationId)),
              JSON.stringify(copy),
              'PXAT',
              until,
            ],
          ),
        ]),
      ),
    onLost: (listener) => redis.onRegained(listener),
  };
}
