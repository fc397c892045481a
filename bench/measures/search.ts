import type { Measure } from '../bench.ts';
import { callInOwnProcess } from './own-process.ts';

export const search: Measure = {
  key: 'search',
  about: 'search over 1,000,000 events',
  async run() {
    await callInOwnProcess(new URL('../search.ts', import.meta.url), 'measureSearch');
    return [];
  },
};
