import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { newestLegalVersion } from '../store/legal-rows.ts';

/** Whether an organiser has the versions of its texts that a buyer has agreed to. */
export type KnowsConsent = (
  organizerId: number,
  consent: { readonly terms?: number; readonly privacy?: number },
) => boolean | Promise<boolean>;

/**
 * Versions count up and none goes, so the newest that was seen answers for all before it at once; only a newer one is looked up. A
 * purchase reads nothing for it once its version has been seen.
 */
export function createKnowsConsent(database: TenantDatabase): KnowsConsent {
  const newest = new Map<string, number>();

  async function lookUp(organizerId: number, kind: 'terms' | 'privacy', version: number): Promise<boolean> {
    const found = await newestLegalVersion(database.as(everybody), organizerId, kind);
    newest.set(`${organizerId} ${kind}`, found);
    return version <= found;
  }

  return (organizerId, consent) => {
    const unseen = (['terms', 'privacy'] as const).filter(
      (kind) => (consent[kind] ?? 0) > (newest.get(`${organizerId} ${kind}`) ?? 0),
    );
    if (unseen.length === 0) return true;
    return Promise.all(unseen.map((kind) => lookUp(organizerId, kind, consent[kind]!))).then((known) =>
      known.every(Boolean),
    );
  };
}
