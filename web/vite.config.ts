import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { InlineConfig, Plugin } from 'vite';

/** The names of the pages' scripts, and what each begins with. Whoever renders a page names one. */
export const entries = {
  shop: 'shop/main.ts',
  theme: 'shop/theme.ts',
  parts: 'dev/main.tsx',
} as const;

/**
 * How Vite makes the app, for the build and for `npm run dev` alike. Classes of CSS modules keep the names of their file and
 * their rule (`event-card.module.css`, `.title` → `event-card-title`), because the pages that the server renders use them too.
 */
export function viteConfig(root: string): InlineConfig {
  return {
    root,
    configFile: false,
    base: '/assets/',
    publicDir: false,
    plugins: [react(), emitIcon(root)],
    css: {
      modules: {
        generateScopedName: (rule: string, file: string) =>
          `${basename(file.split('?', 1)[0]!).replace(/\.module\.css$/, '')}-${rule}`,
      },
    },
    build: {
      target: 'es2022',
      manifest: 'manifest.json',
      assetsDir: '',
      // Nothing is inlined: the policy of the pages loads files of ours only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: { ...entries },
        // What this many entries and views have in common is one file. By itself the bundler makes one of each set of views that
        // share a module: a first load was two dozen files, most of them under a kilobyte, which browsers fetch six at a time.
        // The smallest (icons, for the most) are one file even if only two have them in common.
        output: {
          codeSplitting: {
            groups: [
              // Keeps its name from deploy to deploy.
              { name: 'libs', test: /node_modules\/(?:react|react-dom|scheduler)\//, priority: 1 },
              { name: 'common', minShareCount: 4 },
              { name: 'small', minShareCount: 2, maxModuleSize: 1_500, test: /\.m?[jt]s$/ },
            ],
          },
        },
      },
    },
  };
}

/** The icon of the window: no script imports it, the pages of the server link to it. */
function emitIcon(root: string): Plugin {
  return {
    name: 'icon',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', name: 'icon.svg', source: readFileSync(join(root, 'shop/icon/icon.svg')) });
    },
  };
}
