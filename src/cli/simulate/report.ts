import type { RehearsalResult } from './result.ts';
export function renderReport(result: RehearsalResult): string {
  return JSON.stringify(result);
}
