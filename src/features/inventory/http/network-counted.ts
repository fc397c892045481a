import type { FastifyRequest } from 'fastify';

/**
 * The network that what a caller holds counts for; null for an account that has proven its mail address. Other accounts are made
 * as easily as guests.
 */
export function networkCounted({ caller, network }: Pick<FastifyRequest, 'caller' | 'network'>): string | null {
  return caller.kind === 'account' && caller.hasProvenMail ? null : network;
}
