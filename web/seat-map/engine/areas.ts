import { type Box, boxAround, type Point } from './box.ts';

/** A shape of the plan that is no seat: the stage, a floor to stand on, a word. Its points are absolute. */
export interface Area {
  readonly shape: 'polygon' | 'ellipse' | 'text';
  readonly points: readonly Point[];
  readonly centre: Point;
  /** Of an ellipse. */
  readonly radius: Point;
  readonly rotation: number;
  readonly text: string;
  readonly textAt: Point;
  readonly textSize: number;
  readonly kind: 'stage' | 'standing' | 'other';
  readonly box: Box;
}

const stageWord = /stage|b[üu]hne|sc[eè]ne|escenario|palco|screen|leinwand|podium/i;
const standingWord = /standing|floor|\bpit\b|stehpl|innenraum|pista|fosse|general admission/i;

/** Reads an area as it stands in plans, old forms too; null for what nobody could draw. */
export function readArea(source: Readonly<Record<string, unknown>> & { readonly position: Point }): Area | null {
  const { position } = source;
  const part = (key: string) => (source[key] ?? {}) as Readonly<Record<string, unknown>>;
  const rotation = ((number(source.rotation) ?? 0) * Math.PI) / 180;
  const text = typeof source.text === 'string' ? source.text : ((part('text').text as string | undefined) ?? '');
  const offset = (typeof source.text === 'object' ? (part('text').position as Point | undefined) : undefined) ?? {
    x: 0,
    y: 0,
  };
  const textAt = { x: position.x + offset.x, y: position.y + offset.y };
  const common = {
    rotation,
    text: text.trim(),
    textAt,
    textSize: number(part('text').size) ?? 16,
    kind: stageWord.test(text) ? 'stage' : standingWord.test(text) ? 'standing' : 'other',
  } as const;
  const none = { x: 0, y: 0 };

  const radius =
    source.shape === 'circle'
      ? { x: number(part('circle').radius) ?? 0, y: number(part('circle').radius) ?? 0 }
      : source.shape === 'ellipse'
        ? (part('ellipse').radius as Point | undefined)
        : undefined;
  if (radius && radius.x > 0 && radius.y > 0) {
    const points = [
      { x: position.x - radius.x, y: position.y - radius.y },
      { x: position.x + radius.x, y: position.y + radius.y },
    ];
    return { ...common, shape: 'ellipse', points, centre: position, radius, box: boxAround(points)! };
  }
  const local = localPoints(source, part);
  if (local.length > 2) {
    const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
    const points = local.map(({ x, y }) => ({
      x: position.x + x * cos - y * sin,
      y: position.y + x * sin + y * cos,
    }));
    const box = boxAround(points)!;
    const centre = { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
    return { ...common, shape: 'polygon', points, centre, radius: none, box };
  }
  if (common.text === '') return null;
  return {
    ...common,
    shape: 'text',
    points: [textAt],
    centre: textAt,
    radius: none,
    box: boxAround([textAt])!,
  };
}

function localPoints(
  source: Readonly<Record<string, unknown>>,
  part: (key: string) => Readonly<Record<string, unknown>>,
): readonly Point[] {
  if (Array.isArray(part('polygon').points)) return part('polygon').points as Point[];
  const width = number(part('rectangle').width) ?? number(source.width);
  const height = number(part('rectangle').height) ?? number(source.height);
  if (width === undefined || height === undefined) return [];
  return [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
