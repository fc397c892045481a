// Loaded by `node --import` before a server of a test starts: the server is then one that goes on deciding about events it has lost. Nothing
// of it is in the product: parts of its sources are replaced as they are read, and one that is not there any more ends the process.
import { registerHooks } from 'node:module';

interface Replacement {
  readonly file: RegExp;
  readonly text: string;
  readonly by: string;
}

/** Its lease never ends for itself, and it releases nothing: it is sure to own what it once did. */
const leaseIsBelieved: readonly Replacement[] = [
  { file: /ownership\/lease-end\.ts$/, text: 'get isOver() {', by: 'get isOver() { return false;' },
  ...[
    'function lose(list: readonly number[]): void {',
    'async function handOver(share: readonly (string | null)[]): Promise<void> {',
  ].map((text) => ({ file: /ownership\/leased-ownership\.ts$/, text, by: `${text} return;` })),
];

/** What it writes asks for no fence. */
const fenceIsNotAsked: readonly Replacement[] = [
  {
    file: /ownership\/postgres-fenced-slots\.ts$/,
    text: 'JOIN slots s ON s.slot = f.slot AND s.process_id = f.process_id AND s.fence = f.fence\n      WHERE',
    by: 'JOIN slots s ON s.slot = f.slot\n      WHERE',
  },
];

/** Nor whether the tickets are still free. */
const ticketsAreNotAsked: readonly Replacement[] = [
  { file: /store\/reserve-sql\.ts$/, text: "\n        AND t.status = 'Available'", by: '' },
  { file: /store\/reserve-sql\.ts$/, text: "WHERE t.status = 'Available' AND", by: 'WHERE' },
];

/** What a server is without, by the name that ONSALE_TEST_WITHOUT gives it. */
const without: Readonly<Record<string, readonly Replacement[]>> = {
  lease: leaseIsBelieved,
  everything: [...leaseIsBelieved, ...fenceIsNotAsked, ...ticketsAreNotAsked],
};

const replacements = without[process.env.ONSALE_TEST_WITHOUT ?? ''] ?? [];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const meant = replacements.filter(({ file }) => file.test(url));
    if (meant.length === 0) return loaded;
    let source = String(loaded.source);
    for (const { text, by } of meant) {
      if (!source.includes(text)) throw new Error(`${url} has no “${text}” any more: plant the fault anew`);
      source = source.replace(text, by);
    }
    return { ...loaded, source };
  },
});
