import { type Measure, perSecond } from '../bench.ts';
import type { Measure as LedgerMeasure } from '../ledger.ts';
import { callInOwnProcess } from './own-process.ts';

const perSecondMust = 500_000;

/** The goal stands for holds alone; each cycle measured here is a hold and a release, so it is the harder test. */
export const ledger: Measure = {
  key: 'ledger',
  about: 'the hold ledger alone, in process',
  async run() {
    const results = await callInOwnProcess<LedgerMeasure[]>(new URL('../ledger.ts', import.meta.url), 'measureLedger');
    return results.map(({ name, perSecond: rate }, index) => ({
      what: `${index === 0 ? 'ledger alone: ' : '… '}${name}`,
      goal: index === 0 ? `≥ ${perSecond(perSecondMust)} (stretch 1,000,000/s)` : 'for orientation',
      measured: perSecond(rate),
      ratio: null,
      met: index === 0 ? rate >= perSecondMust : null,
    }));
  },
};
