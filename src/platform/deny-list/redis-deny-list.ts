import type { Redis } from '../redis/redis.ts';
import type { DenyList } from './deny-list.ts';

/** Names that are denied in all processes. Where Redis is away, none is known to be. */
export function createRedisDenyList({ redis }: { readonly redis: Pick<Redis, 'ask' | 'key'> }): DenyList {
  const keyOf = (name: string) => redis.key(`onsale:denied:${name}`);
  return {
    async deny(name, forMs) {
      await redis.ask((client) => client.set(keyOf(name), '1', 'PX', Math.max(1, Math.ceil(forMs)))).catch(() => {});
    },
    isDenied: (name) =>
      redis
        .ask((client) => client.exists(keyOf(name)))
        .then(
          (count) => count > 0,
          () => false,
        ),
  };
}
