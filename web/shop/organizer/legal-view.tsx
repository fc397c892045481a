import { Link } from 'wouter';
import type { LegalTextAnswer } from '../../../src/contract/legal.ts';
import type { OrganizerAnswer } from '../../../src/contract/organizers.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useApi } from '../../api/queries.ts';
import { Button } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { Skeleton } from '../../parts/skeleton/skeleton.tsx';
import { date } from '../../texts/format.ts';
import { paragraphsOf } from '../../texts/show/show-words.ts';
import { language, textsOf } from '../../texts/texts.ts';
import { Frame, useTitle } from '../frame/frame.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { paths } from '../paths.ts';
import styles from './organizer.module.css';

const kinds = ['imprint', 'terms', 'privacy'] as const;

/** A text that the law wants of an organiser, as it holds now. */
export function LegalView({ slug, kind }: { readonly slug: string; readonly kind: string }) {
  const texts = textsOf('event').organizer;
  const known = kinds.find((one) => one === kind);
  const path = `/api/organizers/${encodeURIComponent(slug)}`;
  const organizer = useApi<OrganizerAnswer>(known ? path : null);
  const spoken = language === 'de' ? 'de' : 'en';
  const legal = useApi<{ readonly items: readonly LegalTextAnswer[] }>(known ? `${path}/legal?kind=${known}` : null);
  const title = known && texts.legal[known];
  useTitle(title && organizer.data && `${title} · ${organizer.data.name}`);
  if (!title || (organizer.error instanceof ApiProblem && organizer.error.body.status < 500)) return <NotFound />;
  // Better in another language than not at all.
  const items = legal.data?.items ?? [];
  const text = items.find((one) => one.language === spoken) ?? items[0];
  return (
    <Frame>
      <article className={`page ${styles.legal}`}>
        <h1>{title}</h1>
        {organizer.data && (
          <p>
            <Link className="link" href={paths.organizer(slug)}>
              {texts.back(organizer.data.name)}
            </Link>
          </p>
        )}
        {legal.isPending && <Skeleton />}
        {legal.isError && (
          <Notice
            tone="no"
            role="alert"
            title={textsOf('shop').failed.title}
            actions={
              <Button size="small" onClick={() => void legal.refetch()}>
                {textsOf('shop').tryAgain}
              </Button>
            }
          />
        )}
        {legal.data && !text && <Notice title={texts.noText.title}>{texts.noText.text}</Notice>}
        {text && (
          <div lang={text.language} dir="auto">
            {paragraphsOf(text.text).map((paragraph, i) => (
              <p key={i}>{paragraph}</p>
            ))}
          </div>
        )}
        {text && <p className="small faint">{texts.since(date(text.since, 'UTC', 'medium'))}</p>}
      </article>
    </Frame>
  );
}
