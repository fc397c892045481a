import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { warmUp } from './product/buyers.ts';
import { type Product, startProduct } from './product/product.ts';

/** One line of the table of design §7. */
export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** Product ÷ ceiling or baseline; null where the goal is absolute. */
  readonly ratio: number | null;
  /** Null: for orientation, no goal. */
  readonly met: boolean | null;
  /** Every figure behind the line, for the saved result. */
  readonly details?: unknown;
}

/** Something that can be measured by itself: `npm run bench -- --only <key>`. */
export interface Measure {
  readonly key: string;
  readonly about: string;
  run(bench: Bench): Promise<Row[]>;
}

export interface BenchOptions {
  /** Measured time of one round of one workload. */
  readonly seconds: number;
  /** How often product and reference take turns. */
  readonly rounds: number;
  /** Smaller tables and fewer rounds: to see that everything runs, not to quote. */
  readonly quick: boolean;
}

/** What measures share: the options, and one running product. */
export interface Bench extends BenchOptions {
  /** The product, started on first use and warmed up by orders, so that its hot code is compiled. */
  product(): Promise<Product>;
  /** One line of progress on stderr. */
  say(text: string): void;
  /** Registers what must end when the run does; called in reverse order. */
  atEnd(work: () => Promise<void>): void;
}

export function createBench(options: BenchOptions): Bench & {
  /** What the shared product's PostgreSQL calls itself; undefined if no measure needed that product. */
  postgresVersion(): Promise<string | undefined>;
  end(): Promise<void>;
} {
  const ends: (() => Promise<void>)[] = [];
  let product: Promise<Product> | undefined;
  async function start(): Promise<Product> {
    const folder = await makeTemporaryDataFolder();
    ends.push(folder.remove);
    const started = await startProduct(folder.path);
    ends.push(started.stop);
    await warmUp(started, options.quick ? 2_000 : 8_000);
    return started;
  }
  return {
    ...options,
    product: () => {
      product ??= start();
      return product;
    },
    say: (text) => void process.stderr.write(`  ${text}\n`),
    atEnd: (work) => void ends.push(work),
    async postgresVersion() {
      const [row] =
        (await (await product)?.database.bypassingRls.query<{ server_version: string }>('SHOW server_version')) ?? [];
      return row?.server_version;
    },
    async end() {
      for (const work of ends.splice(0).reverse())
        await work().catch((error) => process.stderr.write(`${error.stack ?? error}\n`));
    },
  };
}

/** A folder that goes when the run ends. */
export async function temporaryFolder({ atEnd }: Pick<Bench, 'atEnd'>): Promise<string> {
  const { path, remove } = await makeTemporaryDataFolder();
  atEnd(remove);
  return path;
}

export function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`;
}

export function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`;
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

/** What one answer cost its server, where it is known. */
export function cpu(micros: number | null): string {
  return micros === null || Number.isNaN(micros) ? '' : `${micros.toFixed(0)} µs CPU`;
}
