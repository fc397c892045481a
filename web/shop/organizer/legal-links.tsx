import { Link } from 'wouter';
import type { LegalTextAnswer } from '../../../src/contract/legal.ts';
import { useApi } from '../../api/queries.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';

/** Links to what the law wants an organiser to say, as far as it has. */
export function LegalLinks({ slug }: { readonly slug: string }) {
  const { legal } = textsOf('event').organizer;
  const { data } = useApi<{ readonly items: readonly LegalTextAnswer[] }>(
    `/api/organizers/${encodeURIComponent(slug)}/legal`,
  );
  const kinds = new Set(data?.items.map(({ kind }) => kind));
  return (['imprint', 'terms', 'privacy'] as const)
    .filter((kind) => kinds.has(kind))
    .map((kind) => (
      <Link key={kind} className="link" href={paths.legal(slug, kind)}>
        {legal[kind]}
      </Link>
    ));
}
