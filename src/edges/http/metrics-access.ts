import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import type { Secret } from '../../kernel/secret.ts';
import { isDirect } from '../../platform/http/direct-request.ts';

/** Why a request may not read the metrics; null if it may. */
export type MayReadMetrics = (request: FastifyRequest) => Refusal | null;

/** With a token whoever sends it; without one whoever sits at the machine, where that `isOpen`. To anybody else there is nothing here. */
export function createMetricsAccess(parts: {
  readonly token: Secret | undefined;
  readonly isOpen: boolean;
}): MayReadMetrics {
  const { token, isOpen } = parts;
  if (!token) return (request) => (isOpen && isDirect(request) ? null : { code: 'NOT_FOUND' });
  const wanted = digest(`Bearer ${token.reveal()}`);
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) return { code: 'KEY_MISSING' };
    return timingSafeEqual(digest(authorization.replace(/^bearer /i, 'Bearer ')), wanted)
      ? null
      : { code: 'KEY_UNKNOWN' };
  };
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
