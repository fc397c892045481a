import type { EventLedger } from '../src/features/inventory/domain/ledger.ts';
import {
  createLedger,
  freePlaces,
  noon,
  quantityOf,
  saleRules,
  saleType,
  snapshot,
} from '../src/features/inventory/domain/ledger-makers.test-support.ts';
import type { Selection } from '../src/features/inventory/domain/types.ts';
import type { SeatGeometry, SeatRow } from '../src/features/seating/domain/geometry.ts';

export interface Measure {
  readonly name: string;
  readonly perSecond: number;
}

/**
 * The ledger alone, in this process: holds and releases a second (one of each counts once). Every ledger carries many
 * live holds while it is measured, and a release gives back a hold that is old, as in a sale.
 * The last two rows show what growth costs: their ratio should be near 1.
 */
export function measureLedger(): Measure[] {
  const arena = roundArena();
  return [
    { name: 'GA hold + release, 100,000 places', perSecond: best(() => run(generalAdmission(100_000), 2000, () => 2)) },
    {
      name: `seated best available 1-4 + release, ${arena.seatCount} seats`,
      perSecond: best(() => run(seated(arena), 2000, oneToFour)),
    },
    { name: 'seated, house nearly full', perSecond: best(() => run(seated(arena), 7000, oneToFour)) },
    { name: 'GA hold + release, 100-place show', perSecond: best(() => run(generalAdmission(100), 10, () => 2)) },
    {
      name: 'GA hold + release, 100,000-place show',
      perSecond: best(() => run(generalAdmission(100_000), 10, () => 2)),
    },
    {
      name: 'seated hold + release, 100-seat show',
      perSecond: best(() => run(seated(rectangle(5, 20)), 10, oneToFour)),
    },
    {
      name: 'seated hold + release, 100,000-seat show',
      perSecond: best(() => run(seated(rectangle(2500, 40)), 10, oneToFour)),
    },
  ];
}

const selections: Selection[] = [1, 2, 3, 4].map((quantity) => quantityOf(quantity));

function oneToFour(step: number): number {
  return 1 + ((step * 2654435761) >>> 30);
}

/** Best of three: the machine's noise only ever slows us down. */
function best(measure: () => number): number {
  return Math.max(measure(), measure(), measure());
}

/** Ids and names as they come from a request: flat strings. Ids come round again long after their hold has ended. */
const ids = Array.from({ length: 32_768 }, (_, i) => Buffer.from(`RES_20270501200000_${i + 100_000}`).toString());
const customers = Array.from({ length: 4096 }, (_, i) => Buffer.from(`guest:0190${i + 100_000}`).toString());

/** Holds `standing` reservations, then for 0.7 s places a new one and releases the oldest, again and again. */
function run(ledger: EventLedger, standing: number, quantity: (step: number) => number): number {
  let step = 0;
  let oldest = 0;
  const place = () => {
    const request = {
      reservationId: ids[step & 32_767]!,
      customer: customers[step & 4095]!,
      selection: selections[quantity(step) - 1]!,
      partial: false,
      contact: null,
      idempotency: null,
    };
    if (!ledger.place(request, noon + step / 1000).accepted) throw new Error('The benchmark ran out of places.');
    step += 1;
  };
  const cycle = () => {
    place();
    ledger.release(ids[oldest & 32_767]!, null, noon + step / 1000);
    oldest += 1;
  };
  while (step < standing) place();
  for (let i = 0; i < 20_000; i++) cycle();
  const started = performance.now();
  let cycles = 0;
  let elapsedMs = 0;
  while (elapsedMs < 700) {
    for (let i = 0; i < 1000; i++) cycle();
    cycles += 1000;
    elapsedMs = performance.now() - started;
  }
  return Math.round((cycles * 1000) / elapsedMs);
}

function generalAdmission(places: number): EventLedger {
  return createLedger(snapshot({ places: freePlaces(places) }), noon);
}

function seated(geometry: SeatGeometry): EventLedger {
  const rules = saleRules({ types: [saleType(1, { seated: true })] });
  return createLedger(snapshot({ geometry, places: freePlaces(geometry.seatCount), rules }), noon);
}

/** An arena in the round of 18,080 seats: 48 blocks in three tiers, like the plan `arena.json`. */
export function roundArena(): SeatGeometry {
  const tiers = [
    { from: 14, to: 19, radius: 900, rows: 18 },
    { from: 22, to: 27, radius: 1400, rows: 16 },
    { from: 30, to: 34, radius: 1900, rows: 14 },
  ];
  const rows: { zone: number; seats: { x: number; y: number }[] }[] = [];
  tiers.forEach(({ from, radius, rows: rowCount }, tier) => {
    for (let block = 0; block < 16; block++) {
      for (let row = 0; row < rowCount; row++) {
        const count = from + Math.floor(row / 3);
        const away = radius + row * 26;
        const seats = Array.from({ length: count }, (_, seat) => {
          const angle = ((block + 0.5) / 16) * 2 * Math.PI + ((seat - (count - 1) / 2) * 22) / away;
          return { x: 2500 + away * Math.cos(angle), y: 2500 + away * Math.sin(angle) };
        });
        rows.push({ zone: tier * 16 + block, seats });
      }
    }
  });
  return geometryOf(rows, { x: 2500, y: 2500 });
}

/** Straight rows in front of a stage. */
export function rectangle(rowCount: number, seatsPerRow: number): SeatGeometry {
  const rows = Array.from({ length: rowCount }, (_, row) => ({
    zone: Math.floor(row / 25),
    seats: Array.from({ length: seatsPerRow }, (_, seat) => ({ x: seat * 50, y: 100 + row * 80 })),
  }));
  return geometryOf(rows, { x: (seatsPerRow - 1) * 25, y: 0 });
}

function geometryOf(
  rows: readonly { zone: number; seats: readonly { x: number; y: number }[] }[],
  focus: { x: number; y: number },
): SeatGeometry {
  const seats = rows.flatMap(({ seats }, row) =>
    seats.map((seat, index) => ({ ...seat, row, index, last: seats.length - 1 })),
  );
  const seatRows: SeatRow[] = [];
  let firstSeat = 0;
  for (const { zone, seats: inRow } of rows) {
    seatRows.push({ label: `${seatRows.length + 1}`, zone, firstSeat, seatCount: inRow.length });
    firstSeat += inRow.length;
  }
  return {
    seatCount: seats.length,
    size: { width: 5000, height: 5000 },
    categories: [{ name: 'All', color: null }],
    zones: Array.from({ length: 1 + Math.max(...rows.map(({ zone }) => zone)) }, (_, zone) => `Block ${zone + 1}`),
    rows: seatRows,
    guids: seats.map((_, seat) => `seat-${seat}`),
    seatNumbers: seats.map(({ index }) => `${index + 1}`),
    rowOf: Uint32Array.from(seats, ({ row }) => row),
    categoryOf: new Uint16Array(seats.length),
    x: Float32Array.from(seats, ({ x }) => x),
    y: Float32Array.from(seats, ({ y }) => y),
    kindOf: new Uint8Array(seats.length),
    besideNext: Uint8Array.from(seats, ({ index, last }) => (index < last ? 1 : 0)),
    focalDistance: Float64Array.from(seats, ({ x, y }) => (x - focus.x) ** 2 + (y - focus.y) ** 2),
  };
}

if (import.meta.main) {
  for (const { name, perSecond } of measureLedger())
    console.log(`${name.padEnd(62)} ${perSecond.toLocaleString('en')}/s`);
}
