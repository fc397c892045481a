import type { Scope } from '../../../contract/rights.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { insertApiKey } from '../../identity/index.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { handOut } from './hand-out.ts';

/** Makes an API key for the context's organiser alone, whatever its scopes, and answers its text, which is seen only now. */
export function makeKey(
  parts: Pick<OrganizerParts, 'database'>,
  input: { readonly name: string; readonly scopes: readonly Scope[] },
  context: CommandContext,
): Promise<Decision<{ apiKeyId: string; key: string }, OrganizerRefusalOf<'ORGANIZER_NOT_FOUND'>>> {
  return handOut(parts, context, async (tx) => accept(await insertApiKey(tx, input, context)));
}
