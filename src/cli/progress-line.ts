import type { Output } from './io.ts';

/** One line of a terminal that is written over again and again. On anything but a terminal it stays silent. */
export interface ProgressLine {
  show(label: string, done: number, total: number): void;
  clear(): void;
}

const barMax = 30;

export function createProgressLine(output: Output): ProgressLine {
  let shown = '';
  const write = (line: string) => {
    if (!output.isTTY || line === shown) return;
    output.write(`\r\x1b[2K${line}`);
    shown = line;
  };
  return {
    show: (label, done, total) => write(drawProgress(label, done, total, output.columns || 80)),
    clear() {
      if (shown !== '') write('');
    },
  };
}

/** `shows.jsonld  ███████░░░  35/70`, never wider than the terminal. */
export function drawProgress(label: string, done: number, total: number, columns: number): string {
  const count = `${done}/${total}`;
  const room = Math.max(0, columns - count.length - 5);
  const name = label.length > room ? `…${label.slice(label.length - room + 1)}` : label;
  const width = Math.min(barMax, room - name.length);
  if (width < 5 || total === 0) return `${name}  ${count}`;
  const full = Math.round((done / total) * width);
  return `${name}  ${'█'.repeat(full)}${'░'.repeat(width - full)}  ${count}`;
}
