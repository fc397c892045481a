import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { SearchPageAnswer } from '../../../src/contract/search.ts';
import { askApi } from '../../api/client.ts';
import { inlinedAnswer } from '../../api/queries.ts';
import { type SearchState, searchPath } from './search-state.ts';

/** How far beneath the screen the next page is asked for. */
const aheadOf = '800px';

/**
 * The shows that are found, page by page as far as somebody has scrolled. What was loaded stays for those who come back. `end` is
 * an element after the last show: when it comes near, the next page loads.
 */
export function useShows(state: SearchState) {
  const path = searchPath(state, today());
  const first = path === null ? undefined : inlinedAnswer<SearchPageAnswer>(path);
  const query = useInfiniteQuery({
    queryKey: ['shows', path],
    enabled: path !== null,
    queryFn: ({ pageParam, signal }) => {
      const address = pageParam === null ? path! : `${path}${path!.includes('?') ? '&' : '?'}cursor=${pageParam}`;
      return askApi<SearchPageAnswer>(address, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    ...(first && { initialData: { pages: [first], pageParams: [null] } }),
  });
  const end = useRef<HTMLDivElement>(null);
  const next = useRef(() => {});
  next.current = () => query.hasNextPage && !query.isFetchingNextPage && void query.fetchNextPage();
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && next.current(), {
      rootMargin: aheadOf,
    });
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  const pages = query.data?.pages ?? [];
  const [head] = pages;
  return {
    shows: pages.flatMap(({ items }) => items),
    total: head?.total,
    totalMore: head?.totalMore ?? false,
    didYouMean: head?.didYouMean ?? null,
    query,
    end,
  };
}

/** The day where the person is. */
function today(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
