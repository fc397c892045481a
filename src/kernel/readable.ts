/** Which text can be read on a ground (`#12ab9f`): dark ink, or white. */
export function readableOn(ground: string): 'ink' | 'white' {
  const light = luminance(ground);
  // Where both have the same contrast; ink is a little lighter than black.
  return (light + 0.05) / (inkLuminance + 0.05) >= 1.05 / (light + 0.05) ? 'ink' : 'white';
}

const inkLuminance = luminance('#15160f');

/** As WCAG counts it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
