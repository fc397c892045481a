import { accept, type Decision, refuse } from '../../../kernel/decision.ts';

export interface JsonFault {
  readonly reason: string;
  readonly line: number;
  readonly column: number;
}

/** Parses JSON; refuses broken JSON with line and column, counted from 1. */
export function readJson(text: string): Decision<unknown, JsonFault> {
  try {
    return accept(JSON.parse(text) as unknown);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = /at position (\d+)/.exec(message)?.[1];
    const token = /^Unexpected token '(.*?)'/s.exec(message)?.[1];
    const position = at === undefined ? positionOf(text, token) : Number(at);
    const reason = message.replace(/ in JSON at position.*$/s, '').replace(/, "?\.{0,3}.*is not valid JSON$/s, '');
    return refuse({ reason: `is broken JSON: ${reason.slice(0, 200)}`, ...lineAndColumn(text, position) });
  }
}

/** V8 names no position for the shortest texts, and none for a text that ends too early. */
function positionOf(text: string, token: string | undefined): number {
  const found = token ? text.indexOf(token) : -1;
  return found < 0 ? text.length : found;
}

/** Where a position of a text is, counted from 1. */
function lineAndColumn(text: string, position: number): { line: number; column: number } {
  return lineCounter(text)(position);
}

/** {@link lineAndColumn} for many positions of one text in rising order: the text is gone through once. */
export function lineCounter(text: string): (position: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  return (position) => {
    for (let i = text.indexOf('\n', lineStart); i >= 0 && i < position; i = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = i + 1;
    }
    return { line, column: position - lineStart + 1 };
  };
}
