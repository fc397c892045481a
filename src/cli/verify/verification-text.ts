import { type Finding, type Invariant, invariants, type Verification } from '../../features/verify/index.ts';

/** What a verification found, as a table: a line per promise, and under a broken one its faults with examples. */
export function verificationTable(verification: Verification, inColour = false): string {
  const lines = (Object.keys(invariants) as Invariant[]).flatMap((invariant) =>
    promiseLines(
      invariant,
      verification.findings.filter((finding) => finding.invariant === invariant),
      inColour,
    ),
  );
  return `${lines.join('\n')}\n\n${summary(verification)}\n`;
}

/** The same in one line, for runs that repeat. */
export function verificationLine(verification: Verification): string {
  return `${verification.at}  ${summary(verification)}\n`;
}

function promiseLines(invariant: Invariant, findings: readonly Finding[], inColour: boolean): string[] {
  const faults = findings.reduce((sum, { count }) => sum + count, 0);
  const style = (code: number, text: string) => (inColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const word = faults === 0 ? style(32, 'ok      ') : style(31, 'VIOLATED');
  const found = faults === 0 ? '' : `  (${count(faults, 'fault')})`;
  const lines = [`${invariant.padEnd(4)}${word}  ${invariants[invariant]}${found}`];
  for (const finding of findings) {
    if (finding.count === 0) continue;
    lines.push(`      ${finding.name}: ${finding.count}. Broken: ${finding.claim}`);
    for (const example of finding.examples) lines.push(`        ${exampleText(example)}`);
    if (finding.count > finding.examples.length)
      lines.push(`        … ${finding.count - finding.examples.length} more`);
  }
  return lines;
}

function exampleText(example: Readonly<Record<string, unknown>>): string {
  return Object.entries(example)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function summary({ clean, findings, looked, ms }: Verification): string {
  const broken = new Set(findings.filter((finding) => finding.count > 0).map(({ invariant }) => invariant)).size;
  const word = clean ? 'Clean: every promise holds.' : `${count(broken, 'promise')} broken.`;
  const what = [count(looked.tickets, 'ticket'), count(looked.bookings, 'booking'), count(looked.history, 'event')];
  return `${word} ${findings.length} checks over ${what.join(', ')} of history in ${(ms / 1000).toFixed(1)} s.`;
}

function count(number: number, word: string): string {
  return `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
}
