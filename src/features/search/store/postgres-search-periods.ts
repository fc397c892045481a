import type { SearchQuestion } from '../domain/search-question.ts';

const dayMs = 86_400_000;

/** Day or month lexemes that cover the period; null if it is open or too long for them. */
export function dayKeys({ when }: SearchQuestion): string[] | null {
  const first = when.dayFrom ?? (when.startsFrom === null ? null : dayOf(when.startsFrom - 12 * 3_600_000));
  const last = when.dayTo ?? (when.startsTo === null ? null : dayOf(when.startsTo + 14 * 3_600_000));
  if (first === null || last === null || first > last) return null;
  const from = Date.parse(first);
  const until = Date.parse(last);
  const days = Math.round((until - from) / dayMs) + 1;
  if (days <= 12) return Array.from({ length: days }, (_, i) => `d:${dayOf(from + i * dayMs)}`);
  const months: string[] = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = nextMonth(month)) {
    if (months.push(`m:${month}`) > 15) return null;
  }
  return months;
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The start instants between which all events of the period lie: local days reach from UTC-12 to UTC+14. */
export function startBounds({ when }: SearchQuestion): { from: number | null; to: number | null } {
  const from = [when.startsFrom, when.dayFrom && Date.parse(when.dayFrom) - 14 * 3_600_000];
  const to = [when.startsTo, when.dayTo && Date.parse(when.dayTo) + dayMs + 12 * 3_600_000];
  return { from: pick(from, Math.max), to: pick(to, Math.min) };
}

function pick(values: (number | null | '')[], choose: (...values: number[]) => number): number | null {
  const bounds = values.filter((value): value is number => typeof value === 'number');
  return bounds.length === 0 ? null : choose(...bounds);
}

export function instantText(instant: number): string {
  return new Date(instant).toISOString();
}
