/**
 * The seating plan of the demo's hall: 9 curved rows of stalls, 3 rows of balcony, 199 seats in all. The first row has a
 * place for a wheelchair and a companion's seat at either end. Made of arithmetic, in the open seating-plan form.
 */
const width = 1000;
const stage = { x: width / 2, y: 60 };
const seatSpacing = 34;

interface Block {
  readonly zone: string;
  readonly category: string;
  readonly rows: readonly string[];
  readonly seatsInFirstRow: number;
  readonly seatsMorePerRow: number;
  readonly firstRadius: number;
}

const blocks: readonly Block[] = [
  {
    zone: 'Stalls',
    category: 'Stalls',
    rows: [...'ABCDEFGHI'],
    seatsInFirstRow: 14,
    seatsMorePerRow: 0.5,
    firstRadius: 260,
  },
  { zone: 'Balcony', category: 'Balcony', rows: [...'JKL'], seatsInFirstRow: 18, seatsMorePerRow: 1, firstRadius: 680 },
];

export function makeHallPlan() {
  const zones = blocks.map((block) => ({
    name: block.zone,
    zone_id: block.zone.toLowerCase(),
    position: { x: 0, y: 0 },
    rows: block.rows.map((label, index) => makeRow(block, label, index)),
  }));
  const stageArea = {
    shape: 'rectangle',
    position: { x: stage.x - 160, y: stage.y - 40 },
    color: '#444444',
    rectangle: { width: 320, height: 80 },
    text: { text: 'Stage', position: { x: 160, y: 40 }, color: '#ffffff' },
  };
  const plan = {
    name: 'Lighthouse Hall',
    categories: [
      { name: 'Stalls', color: '#1f6f8b' },
      { name: 'Balcony', color: '#c98b2b' },
    ],
    zones: zones.map((zone, i) => (i === 0 ? { ...zone, areas: [stageArea] } : zone)),
    size: { width, height: 860 },
  };
  const ends = zones[0]!.rows[0]!.seats.map((seat) => seat.seat_guid);
  const wheelchairSeats = [ends.at(0)!, ends.at(-1)!];
  const companionSeats = [ends.at(1)!, ends.at(-2)!];
  return { plan, supplement: { focalPoint: stage, wheelchairSeats, companionSeats } };
}

function makeRow(block: Block, label: string, index: number) {
  const radius = block.firstRadius + index * 42;
  const seatCount = Math.floor(block.seatsInFirstRow + index * block.seatsMorePerRow);
  const angleStep = seatSpacing / radius;
  const firstAngle = Math.PI / 2 + ((seatCount - 1) / 2) * angleStep;
  const seats = Array.from({ length: seatCount }, (_, i) => {
    const angle = firstAngle - i * angleStep;
    return {
      seat_guid: `${label}-${i + 1}`,
      seat_number: String(i + 1),
      position: { x: round(stage.x + radius * Math.cos(angle)), y: round(stage.y + radius * Math.sin(angle)) },
      category: block.category,
    };
  });
  return {
    row_number: label,
    row_label: `Row ${label}`,
    seat_label: 'Seat %s',
    row_number_position: 'both',
    position: { x: 0, y: 0 },
    seats,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
