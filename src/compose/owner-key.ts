import { createApiKey, listApiKeys, makeKeyText } from '../features/identity/index.ts';
import type { CommandContext } from '../kernel/context.ts';
import type { DataFolder } from '../platform/data-folder/data-folder.ts';
import type { Transacting } from '../platform/postgres/database.ts';

/**
 * Gives a database without any API key its first one, with every scope, and keeps it in the data folder. Answers the
 * key when it was made now, else undefined. The file is written first: killed in between, the next start takes the key
 * from the file; the other way round the only key would be one that nobody ever saw.
 */
export async function issueOwnerKey(
  bypassingRls: Transacting,
  dataFolder: Pick<DataFolder, 'readOwnerKey' | 'keepOwnerKey'>,
  context: CommandContext,
): Promise<string | undefined> {
  if ((await listApiKeys(bypassingRls)).length > 0) return undefined;
  const key = (await dataFolder.readOwnerKey()) ?? makeKeyText();
  await dataFolder.keepOwnerKey(key);
  await createApiKey(bypassingRls, { name: 'owner', scopes: ['*'], key, platformOwner: true }, context);
  return key;
}
