/** A stream of numbers from 0 to 1, the same for the same seed. */
export type Numbers = () => number;

/** Ground, ink on it (6:1 or better), and two companions. */
export type Palette = readonly [ground: string, ink: string, first: string, second: string];

export const palettes: readonly Palette[] = [
  ['#1b1f5e', '#f6efe1', '#ff6b4a', '#7f8cff'],
  ['#f2e8d5', '#1d1c18', '#e2452c', '#2f5d50'],
  ['#0d3b36', '#f4f1dc', '#e9c46a', '#2a9d8f'],
  ['#e6dcf7', '#22123d', '#6d3fd1', '#ff8fa3'],
  ['#ff5a3c', '#1f0d09', '#ffd9c2', '#7a1020'],
  ['#101114', '#f5f5ec', '#cdf03f', '#4b4dff'],
  ['#f9c846', '#221a05', '#d6432f', '#22577a'],
  ['#bfe3e0', '#0c2a33', '#0f6d7a', '#ff7f50'],
  ['#3a0f2b', '#ffe9dc', '#ff3d7f', '#ffb347'],
  ['#dfe6ee', '#12203a', '#2456e6', '#f25f4c'],
  ['#20301c', '#f3efdf', '#b5d35c', '#f08a4b'],
  ['#f6d3cf', '#33110f', '#c2255c', '#5f3dc4'],
];

/** Draws on a field of 400 × 400 and some beyond, as SVG. */
export type Drawing = (next: Numbers, palette: Palette) => string;

const short = (value: number) => String(Math.round(value * 10) / 10);
const circle = (x: number, y: number, r: number, look: string) =>
  `<circle cx="${short(x)}" cy="${short(y)}" r="${short(r)}" ${look}/>`;
const bar = (x: number, y: number, width: number, height: number, round: number, fill: string) =>
  `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${short(round)}" fill="${fill}"/>`;
const times = (count: number, draw: (i: number) => string) => Array.from({ length: count }, (_, i) => draw(i)).join('');

export const drawings = {
  /** A sun that sinks into water, which cuts it into ever thicker slices. */
  tide(next, [ground, , first, second]) {
    const [x, y, r] = [175 + next() * 50, 168 + next() * 30, 112 + next() * 22];
    let top = y + 6;
    const water = times(8, (i) => {
      const height = 3 + i * 1.9;
      const slice = bar(-200, top, 1200, height, 0, ground);
      top += height + Math.max(5, 17 - i * 1.3);
      return slice;
    });
    const glints = times(9, (i) => {
      const width = 36 + next() * 110;
      const left = x + (i % 2 ? 1 : -1) * (30 + next() * 95) - width / 2;
      return bar(left, y + 26 + i * 17, width, 5, 2.5, second);
    });
    return circle(x, y, r, `fill="${first}"`) + water + glints;
  },
  /** Quarters of circles in a grid of four by four. */
  quarters(next, [, ink, first, second]) {
    const size = 100;
    return times(16, (i) => {
      const kind = Math.floor(next() * 6);
      if (kind > 4) return '';
      const [x, y] = [(i % 4) * size, Math.floor(i / 4) * size];
      const fill = [first, second, ink, first, second][kind]!;
      const corner = Math.floor(next() * 4);
      if (kind === 3) return circle(x + 50, y + 50, 30, `fill="${fill}"`);
      const path = [
        `M${x} ${y}h${size}a${size} ${size} 0 0 1-${size} ${size}Z`,
        `M${x + size} ${y}v${size}a${size} ${size} 0 0 1-${size}-${size}Z`,
        `M${x + size} ${y + size}h-${size}a${size} ${size} 0 0 1 ${size}-${size}Z`,
        `M${x} ${y + size}v-${size}a${size} ${size} 0 0 1 ${size} ${size}Z`,
      ][corner]!;
      return `<path d="${path}" fill="${fill}"/>`;
    });
  },
  /** Two sets of rings that slip against each other. */
  rings(next, [, , first, second]) {
    const [x, y] = [90 + next() * 220, 110 + next() * 110];
    const [dx, dy] = [(next() - 0.5) * 90, (next() - 0.5) * 70];
    const ring = (left: number, top: number, colour: string, width: number) => (i: number) =>
      circle(left, top, (i + 1) * 17, `fill="none" stroke="${colour}" stroke-width="${width}"`);
    return times(16, ring(x, y, first, 5.5)) + times(11, ring(x + dx, y + dy, second, 4));
  },
  /** The bars of an equaliser. */
  bars(next, [, ink, first, second]) {
    const width = 400 / 11;
    return times(11, (i) => {
      const height = 60 + Math.abs(Math.sin(i * (0.45 + next() * 0.4))) * 260 * (0.55 + next() * 0.45);
      const fill = i % 4 === 1 ? second : i % 5 === 3 ? ink : first;
      return bar(i * width + 4, 330 - height, width - 8, height, (width - 8) / 2, fill);
    });
  },
  /** Hills of cut paper under a moon. */
  hills(next, [, ink, first, second]) {
    const moon = circle(80 + next() * 240, 90 + next() * 50, 36 + next() * 26, `fill="${second}"`);
    const hills = times(5, (i) => {
      const y = 165 + i * 42;
      const fill = [first, second, ink, first, second][(i + 1) % 5]!;
      let path = `M-10 500V${y}`;
      for (let x = -10; x <= 410; x += 70) {
        path += `Q${x + 35} ${short(y - 46 + next() * 92)} ${x + 70} ${short(y - 14 + next() * 28)}`;
      }
      return `<path d="${path}V500Z" fill="${fill}"/>`;
    });
    return moon + hills;
  },
  /** A disc cut into slices that have moved. */
  slices(next, [, , first, second]) {
    const [x, y, r] = [200, 190, 150];
    const count = 7 + Math.floor(next() * 4);
    return times(count, (i) => {
      const [top, bottom] = [y - r + (i * 2 * r) / count, y - r + ((i + 1) * 2 * r) / count - 5];
      const half = Math.sqrt(Math.max(0, r * r - ((top + bottom) / 2 - y) ** 2));
      const shift = (next() - 0.5) * 110;
      return bar(x - half + shift, top, half * 2, bottom - top, 5, i % 3 === 0 ? second : first);
    });
  },
  /** A halftone about a point of light. */
  dots(next, [, , first, second]) {
    const [x, y] = [next() * 400, 60 + next() * 220];
    const near = { fill: second, marks: '' };
    const far = { fill: first, marks: '' };
    for (let row = 0; row < 13; row++) {
      for (let column = 0; column < 13; column++) {
        const [left, top] = [10 + column * 32 + (row % 2) * 16, 10 + row * 29];
        const distance = Math.hypot(left - x, top - y);
        const size = Math.round(Math.max(1.5, 16 - distance / 17) * 2);
        // A round cap of a line without length: the shortest way to write a dot.
        (distance < 120 ? near : far).marks += `<path d="M${left} ${top}h0" stroke-width="${size}"/>`;
      }
    }
    return [near, far].map(({ fill, marks }) => `<g stroke="${fill}" stroke-linecap="round">${marks}</g>`).join('');
  },
  /** Beams from a stage. */
  beams(next, [, ink, first, second]) {
    const x = 200 + (next() - 0.5) * 120;
    const beams = times(6, (i) => {
      const [middle, half] = [-60 + (i * 520) / 5, 26 + next() * 54];
      const shade = short(0.72 + next() * 0.28);
      return `<path d="M${short(x)} 395L${short(middle - half)}-20L${short(middle + half)}-20Z" fill="${i % 2 ? first : second}" opacity="${shade}"/>`;
    });
    return beams + circle(x, 395, 46 + next() * 24, `fill="${ink}"`);
  },
} satisfies Record<string, Drawing>;

export type DrawingName = keyof typeof drawings;
