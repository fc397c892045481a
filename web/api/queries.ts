import { keepPreviousData, QueryClient, type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { askApi } from './client.ts';
import { NoAnswer } from './problem.ts';

/**
 * What the server has inlined in the page (`<script type="application/json" id="page-data">`): answers of the API by their path,
 * so that the first view needs no second request.
 */
interface PageData {
  readonly answers: Readonly<Record<string, unknown>>;
}

const pageData: PageData = JSON.parse(document.getElementById('page-data')?.textContent || '{"answers":{}}');

/** The answer of a path that came with the page, or undefined. */
export function inlinedAnswer<Answer>(path: string): Answer | undefined {
  return pageData.answers[path] as Answer | undefined;
}

const retriesMax = 3;

/** Everything read from the API is kept here, under its path. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        queryFn: ({ queryKey, signal }) => askApi(queryKey[0] as string, { signal }),
        staleTime: 30_000,
        // A refusal stays one; an answer that did not come may come.
        retry: (failures, error) => error instanceof NoAnswer && failures < retriesMax,
      },
    },
  });
  for (const [path, answer] of Object.entries(pageData.answers)) queries.setQueryData([path], answer);
  return queries;
}

/** What the API answers to a GET of `path`. `null`: nothing is asked. Old answers stay while another path is asked. */
export function useApi<Answer>(path: string | null, options: Partial<UseQueryOptions<Answer>> = {}) {
  return useQuery<Answer>({
    queryKey: [path],
    enabled: path !== null,
    placeholderData: keepPreviousData as never,
    ...options,
  });
}
