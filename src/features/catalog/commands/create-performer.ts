import type { CommandContext } from '../../../kernel/context.ts';
import type { CatalogParts } from '../parts.ts';
import { insertPerformer, type PerformerDetails } from '../store/performer-rows.ts';

/** What is absent is left as it is, or empty. */
export type PerformerInput = Partial<PerformerDetails>;

/** Makes a performer. Another of the same name is allowed. */
export function createPerformer(
  { database }: Pick<CatalogParts, 'database'>,
  input: PerformerInput & { readonly name: string },
  context: CommandContext,
): Promise<number> {
  const { name, description, imageUrl } = input;
  const performer = { name, description: description || null, imageUrl: imageUrl ?? null };
  return database.as(context).transaction((tx) => insertPerformer(tx, performer, context));
}
