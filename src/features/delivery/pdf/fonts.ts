import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';

const require = createRequire(import.meta.url);

/** How a text looks: what is read, what stands out, the title. */
export type Face = 'text' | 'strong' | 'display';

/** A font with the letters of one script, read when the first of them is met. */
export interface ScriptFont {
  /** The name under which a document registers it. */
  readonly name: string;
  readonly font: Font;
  /** Its letters are drawn as shapes: fontkit cannot embed a font with an axis, and sees its thinnest letters only. */
  readonly isDrawn: boolean;
}

interface Source {
  readonly name: string;
  /** What it is for: `unicode.json` of its package. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly isDrawn: boolean;
  open(): Font;
}

const scripts = ['noto-sans-arabic', 'noto-sans-hebrew', 'noto-sans-thai', 'noto-sans-devanagari'] as const;

/** The fonts of a face, in the order in which they are asked for a letter. */
const sources: Readonly<Record<Face, readonly Source[]>> = {
  text: [...fixed('inter', 400), ...scripts.flatMap((script) => fixed(script, 400)), ...variable('text')],
  strong: [...fixed('inter', 600), ...scripts.flatMap((script) => fixed(script, 600)), ...variable('strong')],
  display: [
    ...fixed('bricolage-grotesque', 700),
    ...fixed('inter', 700),
    ...scripts.flatMap((script) => fixed(script, 700)),
    ...variable('display'),
  ],
};

const opened = new Map<string, ScriptFont>();

/** The first font of a face that has a letter; null if none has. */
export function fontFor(face: Face, codePoint: number): ScriptFont | null {
  for (const source of sources[face]) {
    if (!source.ranges.some(([from, to]) => codePoint >= from && codePoint <= to)) continue;
    const known = opened.get(source.name) ?? {
      name: source.name,
      isDrawn: source.isDrawn,
      font: source.open(),
    };
    opened.set(source.name, known);
    if (known.font.hasGlyphForCodePoint(codePoint)) return known;
  }
  return null;
}

/** A package with a file for each weight and script. */
function fixed(family: string, weight: number): Source[] {
  // Small scripts first: what stands in two is not looked for in the large one.
  const parts = Object.entries(rangesOf(`@fontsource/${family}`));
  parts.sort(([a], [b]) => Number(b === 'latin') - Number(a === 'latin'));
  return parts.map(([part, ranges]) => ({
    name: `${family}-${part}-${weight}`,
    ranges: readRanges(ranges),
    isDrawn: false,
    open: () => create(file(`@fontsource/${family}`, `${family}-${part}-${weight}-normal.woff`)) as Font,
  }));
}

/** Chinese, Japanese and Korean: a hundred small files each, in which the weight is an axis. */
function variable(face: Face): Source[] {
  return ['noto-sans-sc', 'noto-sans-kr'].flatMap((family) =>
    Object.entries(rangesOf(`@fontsource-variable/${family}`)).map(([part, ranges]) => ({
      name: `${family}-${part}-${face}`,
      ranges: readRanges(ranges),
      isDrawn: true,
      open() {
        const woff = `${family}-${part.replaceAll(/[[\]]/g, '')}-wght-normal.woff2`;
        return create(file(`@fontsource-variable/${family}`, woff)) as Font;
      },
    })),
  );
}

function rangesOf(name: string): Readonly<Record<string, string>> {
  return require(`${name}/unicode.json`) as Readonly<Record<string, string>>;
}

function file(name: string, path: string): Buffer {
  return readFileSync(require.resolve(`${name}/files/${path}`));
}

/** `U+0460-052F,U+1C80` */
function readRanges(text: string): (readonly [number, number])[] {
  return text.split(',').map((part) => {
    const [from = '', to = from] = part.trim().replace(/^U\+/i, '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}
