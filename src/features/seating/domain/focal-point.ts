import type { PlanArea, PlanZone, Position, SeatingPlan } from './plan.ts';
import type { PlanSupplement } from './supplement.ts';

// A whole word, so that "Backstage bar" and "stagecraft" are none.
const stageWord =
  /(?<!\p{L})(stage|escenario|tablado|bühne|buehne|scène|scene|palco|palcoscenico|podium|podio|scena|scenen|toneel|näyttämö|scéna|színpad|сцена|pitch|ring|舞台)(?!\p{L})/iu;

interface Place {
  readonly centre: Position;
  readonly surface: number;
  readonly text: string;
}

/**
 * Where the audience looks: the supplement's focal point; else the centre of the largest area whose text says stage in
 * one of several languages; else, in the round (seats in all four quarters around the largest area), that area's centre;
 * else the top middle of the plan.
 */
export function focalPoint(
  plan: SeatingPlan,
  supplement: PlanSupplement,
  seats: { readonly x: Float32Array; readonly y: Float32Array },
): Position {
  if (supplement.focalPoint) return supplement.focalPoint;
  const places = plan.zones.flatMap((zone) => (zone.areas ?? []).map((area) => placeOf(area, zone)));
  places.sort((a, b) => b.surface - a.surface);
  const stage = places.find((place) => stageWord.test(place.text));
  if (stage) return stage.centre;
  const largest = places[0];
  if (largest && isSurrounded(largest.centre, seats)) return largest.centre;
  return { x: plan.size.width / 2, y: 0 };
}

/** At least a twentieth of the seats in each quarter around the point. */
function isSurrounded({ x, y }: Position, seats: { x: Float32Array; y: Float32Array }): boolean {
  const quarters = [0, 0, 0, 0];
  for (let i = 0; i < seats.x.length; i++) quarters[(seats.x[i]! < x ? 0 : 1) + (seats.y[i]! < y ? 0 : 2)]!++;
  return quarters.every((count) => count * 20 >= seats.x.length);
}

function placeOf(area: PlanArea, zone: PlanZone): Place {
  const origin = { x: zone.position.x + (area.position?.x ?? 0), y: zone.position.y + (area.position?.y ?? 0) };
  const { offset, surface } = shapeOf(area);
  const angle = ((area.rotation ?? 0) * Math.PI) / 180;
  const centre = {
    x: origin.x + offset.x * Math.cos(angle) - offset.y * Math.sin(angle),
    y: origin.y + offset.x * Math.sin(angle) + offset.y * Math.cos(angle),
  };
  const text = typeof area.text === 'string' ? area.text : (area.text?.text ?? '');
  return { centre, surface, text };
}

/** The centre of a shape seen from the area's position, and its surface. */
function shapeOf(area: PlanArea): { offset: Position; surface: number } {
  const middle = { x: 0, y: 0 };
  switch (area.shape) {
    case 'circle':
      return { offset: middle, surface: Math.PI * (area.circle?.radius ?? 0) ** 2 };
    case 'ellipse': {
      const { x, y } = area.ellipse?.radius ?? middle;
      return { offset: middle, surface: Math.PI * Math.abs(x * y) };
    }
    case 'polygon':
      return boundsOf(area.polygon?.points ?? []);
    case 'text':
      return { offset: typeof area.text === 'object' ? area.text.position : middle, surface: 0 };
    default: {
      const { width, height } = area.rectangle ?? { width: area.width ?? 0, height: area.height ?? 0 };
      return { offset: { x: width / 2, y: height / 2 }, surface: width * height };
    }
  }
}

function boundsOf(points: readonly Position[]): { offset: Position; surface: number } {
  if (points.length === 0) return { offset: { x: 0, y: 0 }, surface: 0 };
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { offset: { x: (left + right) / 2, y: (top + bottom) / 2 }, surface: (right - left) * (bottom - top) };
}
