import manifest from '../package.json' with { type: 'json' };

/** This Onsale: `0.1.0`. */
export const version: string = manifest.version;
