import type { Import, SourceFile } from './source-files.ts';

/** What one kind of file may import of the project, and of the world outside. */
interface Layer {
  readonly name: string;
  readonly holds: RegExp;
  /** Other parts of the project it may know. Its own folder it always may. */
  readonly knows: readonly RegExp[];
  /** Packages and parts of Node it may use; left out: all. */
  readonly outside?: RegExp;
  readonly advice: string;
}

const kernel = /^src\/kernel\//;
const contract = /^src\/contract\//;
const platform = /^src\/platform\//;
const slices = /^src\/features\//;
const face = /^src\/features\/[^/]+\/index\.ts$/;
const geometry = /^src\/features\/seating\/domain\/geometry\.ts$/;
/** What a price is, and what a code does: the ledger decides by it in the same turn as it makes a hold. */
const prices = /^src\/features\/pricing\/domain\//;
const web = /^web\//;
const storefront = /^src\/features\/storefront\//;
const webTexts = /^web\/texts\/(en|de|show)\//;
/** What any view of the web app may use. */
const webGround = /^web\/(parts|api|texts)\//;
const webFrame = /^web\/shop\/(frame\/|paths\.ts|lazy-view\.tsx)/;
const config =
  /^(src\/(config(-backup|-cluster|-connection-strings|-database|-rabbitmq|-readers|-redis|-search|-secrets)?|version)(\.test)?\.ts|package\.json)$/;

/** The first that holds a file counts. */
export const layers: readonly Layer[] = [
  {
    name: 'kernel',
    holds: kernel,
    knows: [],
    outside: /^node:crypto$/,
    advice: 'The kernel is pure vocabulary. Move what needs more out of it.',
  },
  {
    name: 'contract',
    holds: contract,
    knows: [],
    outside: /^typebox$/,
    advice: 'The contract is shared with the web app: wire schemas, problem codes and message topics, nothing else.',
  },
  {
    name: 'domain',
    holds: /^src\/features\/[^/]+\/domain\//,
    knows: [kernel, geometry, prices],
    outside: /^node:(crypto|assert)/,
    advice: 'A domain is pure: no I/O, no clock, no other slice. Take what it needs as an argument.',
  },
  {
    name: 'features',
    holds: slices,
    knows: [kernel, contract, platform, slices],
    advice: 'A slice knows kernel, contract, platform and the index.ts of other slices; the rest is handed to it.',
  },
  {
    name: 'platform',
    holds: platform,
    knows: [kernel, contract, config],
    advice: 'The platform knows no feature and no edge: give it what it needs as an argument.',
  },
  {
    name: 'edges',
    holds: /^src\/edges\//,
    knows: [kernel, contract, platform, slices],
    advice: 'Edges are transport only: they are composed in src/compose.',
  },
  {
    name: 'compose',
    holds: /^src\/compose\//,
    knows: [kernel, contract, platform, slices, config, /^src\/edges\//],
    advice: 'Composition does not know who started it.',
  },
  {
    name: 'cli',
    holds: /^src\/cli\//,
    knows: [kernel, contract, platform, slices, config, /^src\/compose\//, /^src\/edges\/http\/listening\.ts$/],
    advice: 'Commands go through compose, slices and platform.',
  },
  {
    name: 'web build',
    holds: /^web\/(build\/|vite\.config\.ts)/,
    knows: [/^src\/platform\/web-app\/(hash-sources|build-folders)\.ts$/, /^web\/vite\.config\.ts$/],
    advice: 'What builds the app knows nothing of what it builds.',
  },
  {
    name: 'web texts',
    holds: /^web\/texts\//,
    knows: [kernel, contract],
    outside: /^react$/,
    advice: 'Texts know no view.',
  },
  {
    name: 'web api',
    holds: /^web\/api\//,
    knows: [contract, kernel, /^web\/texts\//],
    advice: 'The client of the API knows no view.',
  },
  {
    name: 'web parts',
    holds: /^web\/parts\//,
    knows: [kernel, contract, /^web\/texts\//],
    advice: 'Parts know no view and ask the API for nothing: hand them what they show.',
  },
  {
    name: 'web seat map',
    holds: /^web\/seat-map\//,
    knows: [kernel, contract, webGround, webFrame],
    advice: 'A view knows parts, api, texts and the frame; what two views need is a part.',
  },
  {
    name: 'web pay',
    holds: /^web\/pay\//,
    knows: [kernel, contract, webGround, webFrame],
    advice: 'A view knows parts, api, texts and the frame; what two views need is a part.',
  },
  {
    name: 'web tickets',
    holds: /^web\/tickets\//,
    knows: [kernel, contract, webGround, webFrame],
    advice: 'A view knows parts, api, texts and the frame; what two views need is a part.',
  },
  {
    name: 'web account',
    holds: /^web\/account\//,
    knows: [kernel, contract, webGround, webFrame],
    advice: 'A view knows parts, api, texts and the frame; what two views need is a part.',
  },
  {
    name: 'web shop',
    holds: /^web\/(shop|dev)\//,
    knows: [kernel, contract, web],
    advice: 'The shop puts the views together; of the server it knows the wire only.',
  },
  { name: 'main', holds: /^src\/main\.ts$/, knows: [/^src\/cli\//], advice: 'main.ts starts the command line.' },
  {
    name: 'config',
    holds: config,
    knows: [kernel, /^package\.json$/],
    advice: 'Settings are read before anything else.',
  },
];

/** One sentence per import that points the wrong way. */
export function wrongImports(file: SourceFile): string[] {
  const layer = layers.find((each) => each.holds.test(file.path));
  if (!layer) return [`${file.path} is in no known place: see ARCHITECTURE.md for where each file goes.`];
  const isTest = /\.(test|contract|test-support)\.ts$/.test(file.path);
  return file.imports.flatMap((each) => {
    const reason = fault(file, each, layer, isTest);
    return reason ? [`${file.path}:${each.line} imports ${each.target}. ${reason}`] : [];
  });
}

function fault(file: SourceFile, { target, typesOnly }: Import, layer: Layer, isTest: boolean): string | undefined {
  if (web.test(file.path) && contract.test(target) && !typesOnly) {
    return 'The web app takes types of the contract only: its values would bring TypeBox along.';
  }
  // The pages that the server begins say what the app says.
  if (storefront.test(file.path) && webTexts.test(target)) return undefined;
  if (!web.test(file.path) && web.test(target)) return 'The server knows nothing of the web app but its texts.';
  const inside =
    target.startsWith('src/') || web.test(target) || target.startsWith('test/') || target === 'package.json';
  if (isTest && (!inside || target.startsWith('test/support/'))) return undefined;
  if (!inside) return layer.outside && !layer.outside.test(target) ? layer.advice : undefined;
  if (/^(test|bench)\//.test(target)) return 'The product does not know its tests.';
  if (typesOnly && (geometry.test(target) || (face.test(target) && layer.name === 'domain'))) return undefined;
  const from = sliceOf(file.path);
  const to = sliceOf(target);
  const isPrice = layer.name === 'domain' && prices.test(target);
  if (to && to !== from && !target.endsWith(`features/${to}/index.ts`) && !isTest && !isPrice) {
    return `Slices meet through index.ts only: export it from src/features/${to}/index.ts, or do without.`;
  }
  if (layer.holds.test(target) && (layer.name !== 'domain' || to === from)) return undefined;
  if (isTest && to === from && to) return undefined;
  return layer.knows.some((known) => known.test(target)) ? undefined : layer.advice;
}

export function sliceOf(path: string): string | undefined {
  return /^src\/features\/([^/]+)\//.exec(path)?.[1];
}
