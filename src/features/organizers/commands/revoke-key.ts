import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RevokedKeys, revokeKey as revokeWithin } from '../../identity/index.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { hasKey } from '../store/key-rows.ts';
import { handOut } from './hand-out.ts';

/**
 * Revokes a key of the context's organiser, and the keys that it made there: whoever had a key that leaked must not keep another.
 * Revoking it again changes nothing, unless keys that it made are left.
 */
export function revokeKey(
  parts: Pick<OrganizerParts, 'database'>,
  apiKeyId: string,
  context: CommandContext,
): Promise<Decision<RevokedKeys, OrganizerRefusalOf<'KEY_NOT_FOUND' | 'ORGANIZER_NOT_FOUND'>>> {
  return handOut(parts, context, async (tx) => {
    if (!(await hasKey(tx, context.organizerId, apiKeyId))) return refuse({ code: 'KEY_NOT_FOUND' });
    return accept(await revokeWithin(tx, apiKeyId, context));
  });
}
