import type { Output } from '../io.ts';
import type { Show } from './show.ts';
import type { Tally } from './tally.ts';
import { clock, number } from './terminal-picture.ts';

const redrawMs = 250;
const lineEveryMs = 5_000;
const barWidth = 48;

/**
 * Shows how a rehearsal goes: on a terminal one block that is drawn over itself, elsewhere a line now and then. Answers
 * what ends it.
 */
export function showProgress(
  output: Output,
  { tally, show, buyers, openedAt }: { tally: Tally; show: Show; buyers: number; openedAt: number },
): () => void {
  let drawn = 0;
  const draw = () => {
    const lines = block(tally, show, buyers, performance.now() - openedAt);
    const up = drawn > 0 ? `\u001b[${drawn}A` : '';
    output.write(`${up}${lines.map((line) => `\u001b[2K${line.slice(0, (output.columns ?? 80) - 1)}\n`).join('')}`);
    drawn = lines.length;
  };
  const say = () => output.write(`${oneLine(tally, show, buyers, performance.now() - openedAt)}\n`);
  const timer = setInterval(output.isTTY ? draw : say, output.isTTY ? redrawMs : lineEveryMs);
  return () => {
    clearInterval(timer);
    if (output.isTTY) draw();
    else say();
  };
}

function block(tally: Tally, show: Show, buyers: number, ms: number): string[] {
  const { available, held, reserved, sold } = latest(tally, show);
  const { arrivals, holds, purchases, refusals } = tally.totals;
  const { reserve, purchase } = tally.latencies;
  const errors = [...tally.errors.values()].reduce((sum, count) => sum + count, 0);
  return [
    `  ${clock(ms).padStart(5)}  ${number(arrivals)} of ${number(buyers)} arrived, ${number(tally.inside)} inside`,
    `  seats  ${seatBar([sold + reserved, held, available], show.capacity)}`,
    `         ${number(sold)} sold, ${number(reserved)} in payment, ${number(held)} held, ${number(available)} free`,
    `  holds  ${number(holds)} (${rate(tally, 'holds', ms)}/s)   purchases ${number(purchases)} (${rate(tally, 'purchases', ms)}/s)   refusals ${number(refusals)}   errors ${number(errors)}`,
    `  p95    reserve ${reserve.percentileMs(0.95).toFixed(0)} ms   purchase ${purchase.percentileMs(0.95).toFixed(0)} ms`,
  ];
}

function oneLine(tally: Tally, show: Show, buyers: number, ms: number): string {
  const { available, held, sold } = latest(tally, show);
  return `${clock(ms).padStart(5)}  arrived ${number(tally.totals.arrivals)}/${number(buyers)}  inside ${number(tally.inside)}  sold ${number(sold)}  held ${number(held)}  free ${number(available)}  refusals ${number(tally.totals.refusals)}`;
}

function latest({ seats }: Tally, { capacity }: Show) {
  return seats.at(-1) ?? { available: capacity, held: 0, reserved: 0, sold: 0 };
}

/** Of the last whole second. */
function rate({ series }: Tally, name: 'holds' | 'purchases', ms: number): string {
  return number(series[name][Math.floor(ms / 1000) - 1] ?? 0);
}

function seatBar([taken, held, free]: readonly [number, number, number], capacity: number): string {
  const cells = (count: number) => Math.round((count / Math.max(1, capacity)) * barWidth);
  const full = Math.min(barWidth, cells(taken));
  const half = Math.min(barWidth - full, cells(held));
  return free >= 0 ? `${'█'.repeat(full)}${'▒'.repeat(half)}${'·'.repeat(barWidth - full - half)}` : '';
}
