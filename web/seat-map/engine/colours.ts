/** A colour in sRGB, each part 0 to 1. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Marks need this contrast against what they lie on. */
const markContrast = 3;

/** `#rgb`, `#rrggbb` or `rgb(…)`; null for anything else. */
export function parseColour(text: string): Rgb | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(text.trim())?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
    const value = Number.parseInt(full, 16);
    return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
  }
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(text.trim());
  return parts ? [Number(parts[1]) / 255, Number(parts[2]) / 255, Number(parts[3]) / 255] : null;
}

export function toHex(colour: Rgb): string {
  const part = (value: number) =>
    Math.round(Math.min(1, Math.max(0, value)) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${colour.map(part).join('')}`;
}

/** As WCAG counts it, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The colour itself if it stands out from the ground, else the nearest of another lightness (OKLCH) that does. */
export function standOut(colour: Rgb, ground: Rgb): Rgb {
  if (contrast(colour, ground) >= markContrast) return colour;
  const [lightness, chroma, hue] = toOklch(colour);
  const step = luminance(ground) > 0.18 ? -0.01 : 0.01;
  for (let next = lightness + step; next > 0 && next < 1; next += step) {
    const moved = fromOklch([next, chroma, hue]);
    if (contrast(moved, ground) >= markContrast) return moved;
  }
  return step < 0 ? [0, 0, 0] : [1, 1, 1];
}

/** A mixture in OKLab, `share` of the first. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const [one, other] = [toOklab(a), toOklab(b)];
  return fromOklab([0, 1, 2].map((i) => one[i]! * share + other[i]! * (1 - share)) as unknown as Rgb);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map(toLinear) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toGamma(value: number): number {
  const within = Math.min(1, Math.max(0, value));
  return within <= 0.0031308 ? within * 12.92 : 1.055 * within ** (1 / 2.4) - 0.055;
}

function toOklab(colour: Rgb): Rgb {
  const [r, g, b] = colour.map(toLinear) as unknown as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toGamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toOklch(colour: Rgb): Rgb {
  const [lightness, a, b] = toOklab(colour);
  return [lightness, Math.hypot(a, b), Math.atan2(b, a)];
}

function fromOklch([lightness, chroma, hue]: Rgb): Rgb {
  return fromOklab([lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)]);
}
