import type { Encoding } from '../http/accepted-encoding.ts';

/** The names of the scripts that pages begin with. */
export type WebEntry = 'shop' | 'theme' | 'parts';

/** Addresses of what a page loads for an entry, in the order in which they are wanted. */
export interface EntryFiles {
  readonly script: string;
  readonly styles: readonly string[];
  /** What these styles say, one after the other, for pages that bring it along. */
  readonly css: string;
  /** Scripts that the first one imports. */
  readonly imports: readonly string[];
}

export interface AssetFile {
  readonly type: string;
  readonly body: Buffer;
  readonly encoding: Encoding | null;
}

/** The web app as it was built: what pages link to, and the files themselves. */
export interface WebApp {
  /** `building`: soon `built`; `absent`: there is none, and nothing builds it. */
  readonly state: 'built' | 'building' | 'absent';
  /** The name of the build: pages that were made with another are old. */
  readonly version: string;
  /** What a page loads to begin with `entry`; `views` are files under `web/` that it is going to need. Null unless it is built. */
  entry(entry: WebEntry, views?: readonly string[]): EntryFiles | null;
  /** Addresses of those fonts that every page uses. */
  fonts(): readonly string[];
  /** The icon of the window. */
  icon(): string | null;
  /** The file at `/assets/<name>`, of this build or the two before, in the best of the encodings that are accepted. Null if there is none. */
  asset(name: string, acceptEncoding: string): Promise<AssetFile | null>;
  /** Ends a build under way. */
  close(): Promise<void>;
}

/** Where there is no web app: the API alone. */
export const noWebApp: WebApp = {
  state: 'absent',
  version: 'none',
  entry: () => null,
  fonts: () => [],
  icon: () => null,
  asset: async () => null,
  close: async () => {},
};
