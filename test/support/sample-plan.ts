import type { PlanArea } from '../../src/features/seating/domain/plan.ts';

/** A small valid plan: `rows` rows of `seats` seats, 25 apart, categories in turn by row. Parts can be replaced. */
export function samplePlan({
  name = 'Small hall',
  rows = 2,
  seats = 4,
  categories = ['Front', 'Back'],
  areas = [] as PlanArea[],
} = {}) {
  return {
    name,
    categories: categories.map((category) => ({ name: category, color: '#2980b9' })),
    size: { width: 400, height: 300 },
    zones: [
      {
        name: 'Parquet',
        position: { x: 100, y: 50 },
        rows: Array.from({ length: rows }, (_, r) => ({
          row_number: String(r + 1),
          position: { x: 0, y: r * 30 },
          seats: Array.from({ length: seats }, (_, s) => ({
            seat_guid: `${r + 1}-${s + 1}`,
            seat_number: String(s + 1),
            position: { x: s * 25, y: 0 },
            category: categories[r % categories.length]!,
          })),
        })),
        areas,
      },
    ],
  };
}
