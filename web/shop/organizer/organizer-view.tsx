import { useInfiniteQuery } from '@tanstack/react-query';
import type { EventBody } from '../../../src/contract/catalog.ts';
import type { OrganizerAnswer } from '../../../src/contract/organizers.ts';
import { readableOn } from '../../../src/kernel/readable.ts';
import { askApi } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { inlinedAnswer, useApi } from '../../api/queries.ts';
import { Button } from '../../parts/button/button.tsx';
import { classes } from '../../parts/classes.ts';
import { Notice } from '../../parts/notice/notice.tsx';
import { Skeleton } from '../../parts/skeleton/skeleton.tsx';
import { paragraphsOf } from '../../texts/show/show-words.ts';
import { toFound } from '../../texts/show/to-found.ts';
import { textsOf } from '../../texts/texts.ts';
import { Frame, useTitle } from '../frame/frame.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { ShowList, ShowListSkeleton } from '../show-card/show-card.tsx';
import { LegalLinks } from './legal-links.tsx';
import styles from './organizer.module.css';

interface Shows {
  readonly items: readonly EventBody[];
  readonly nextCursor: string | null;
}

/** Who puts on shows: its name, its words, and what is coming up. */
export function OrganizerView({ slug }: { readonly slug: string }) {
  const texts = textsOf('event').organizer;
  const path = `/api/organizers/${encodeURIComponent(slug)}`;
  const { data, error, refetch } = useApi<OrganizerAnswer>(path, { placeholderData: undefined });
  useTitle(data?.name);
  if (error instanceof ApiProblem && error.body.status < 500) return <NotFound />;
  return (
    <Frame>
      <Band organizer={data} />
      <div className="page">
        {error && <Failed onRetry={() => void refetch()} />}
        {data && (
          <div className={styles.about}>
            {paragraphsOf(data.description ?? '').map((paragraph, i) => (
              <p key={i} dir="auto">
                {paragraph}
              </p>
            ))}
            <div className={styles.links}>
              {data.website && (
                <a className="link" href={data.website} target="_blank" rel="noreferrer">
                  {texts.website}
                </a>
              )}
              <LegalLinks slug={slug} />
            </div>
          </div>
        )}
        <Upcoming path={`${path}/events?upcoming=true`} />
      </div>
    </Frame>
  );
}

function Band({ organizer }: { readonly organizer: OrganizerAnswer | undefined }) {
  const colour = organizer?.accentColor;
  return (
    <div className={classes(styles.band, colour && styles[readableOn(colour)])}>
      {colour && (
        <svg aria-hidden="true">
          <rect width="100%" height="100%" fill={colour} />
        </svg>
      )}
      <div className={classes('page', styles.bandText)}>
        <h1 className={styles.name} dir="auto">
          {organizer ? organizer.name : <Skeleton className={styles.blankName} />}
        </h1>
      </div>
    </div>
  );
}

function Upcoming({ path }: { readonly path: string }) {
  const texts = textsOf('event').organizer;
  const first = inlinedAnswer<Shows>(path);
  const query = useInfiniteQuery({
    queryKey: ['shows of an organiser', path],
    queryFn: ({ pageParam, signal }) =>
      askApi<Shows>(pageParam === null ? path : `${path}&cursor=${pageParam}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...(first && { initialData: { pages: [first], pageParams: [null] } }),
  });
  const shows = query.data?.pages.flatMap(({ items }) => items.map((event) => toFound(event, Date.now()))) ?? [];
  return (
    <section className={styles.shows}>
      <h2>{texts.upcoming}</h2>
      {query.isError && <Failed onRetry={() => void query.refetch()} />}
      {query.isPending && <ShowListSkeleton count={4} />}
      {query.data && shows.length === 0 && <Notice title={texts.none.title}>{texts.none.text}</Notice>}
      {shows.length > 0 && <ShowList shows={shows} label={texts.upcoming} />}
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button working={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {texts.more}
          </Button>
        </div>
      )}
    </section>
  );
}

function Failed({ onRetry }: { onRetry(): void }) {
  const shop = textsOf('shop');
  return (
    <Notice
      tone="no"
      role="alert"
      title={shop.failed.title}
      actions={
        <Button size="small" onClick={onRetry}>
          {shop.tryAgain}
        </Button>
      }
    >
      {textsOf('event').old}
    </Notice>
  );
}
