import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Language } from '../../../kernel/language.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, lockAccount, setLanguage } from '../store/accounts.ts';

/** The part of a mail's request that says in which language its reader is written to; nothing where nobody knows. */
export function inLanguageOf({ language }: Pick<Account, 'language'>): { readonly language?: Language } {
  return language === null ? {} : { language };
}

/** Writes what the owner of an account reads. */
export function chooseLanguage(
  { bypassingRls }: Pick<IdentityParts, 'bypassingRls'>,
  accountId: string,
  language: Language,
): Promise<Decision<null, { readonly code: 'TOKEN_INVALID' }>> {
  return bypassingRls.transaction(async (tx) => {
    if (!(await lockAccount(tx, accountId))) return refuse({ code: 'TOKEN_INVALID' });
    await setLanguage(tx, accountId, language);
    return accept(null);
  });
}
