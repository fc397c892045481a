import { type Measure, ms, type Row } from '../bench.ts';
import type { SearchFigure, SearchMeasurement } from '../search.ts';
import { callInOwnProcess } from './own-process.ts';

const module = new URL('../search.ts', import.meta.url);

/** One line per goal: the slowest kind of search decides. Every kind is in the saved result. */
export const search: Measure = {
  key: 'search',
  about: 'search over 1,000,000 events (fills a database first)',
  async run(bench) {
    const options: SearchMeasurement = bench.quick
      ? { events: 20_000, roundsPerCase: 20 }
      : { events: 1_000_000, roundsPerCase: 100 };
    const figures = await callInOwnProcess<SearchFigure[]>(module, 'measureSearch', options);
    const goals = [...new Set(figures.map(({ goalMs }) => goalMs))].sort((a, b) => a - b);
    return goals.map((goalMs): Row => {
      const kinds = figures.filter((figure) => figure.goalMs === goalMs).sort((a, b) => b.p95Ms - a.p95Ms);
      const worst = kinds[0]!;
      const missed = kinds.filter(({ p95Ms }) => p95Ms > goalMs).length;
      return {
        what: `search in ${options.events.toLocaleString('en')} events, ${kinds.length} kinds, p95`,
        goal: `≤ ${ms(goalMs)} (stretch ${worst.stretchMs} ms)`,
        measured: `slowest ${ms(worst.p95Ms)} (${worst.name})${missed > 0 ? `, ${missed} missed` : ''}`,
        ratio: null,
        met: missed === 0,
        details: kinds,
      };
    });
  },
};
