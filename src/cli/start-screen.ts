export interface StartFacts {
  readonly version: string;
  readonly address: string;
  /** Where everything is kept, in words. */
  readonly data: string;
  /** To an external PostgreSQL, in words. */
  readonly connections?: string | null;
  /** Only on the first start: the owner's API key (not in production, where what is printed is kept) and its file. */
  readonly owner?: { readonly key: string | null; readonly file: string } | undefined;
  /** Titles of demo shows that this start loaded. */
  readonly demo: readonly string[];
  /** The shop is being built. */
  readonly isBuilding?: boolean;
}

/** What `npm start` prints: at most sixteen lines of 80 columns (paths may be longer), in colour on a terminal. */
export function startScreen(facts: StartFacts, isTerminal: boolean): string {
  const style = (code: number, text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
  const row = (label: string, value: string) => `  ${style(2, label.padEnd(10))} ${value}`;
  const lines = [
    '',
    `  ${style(1, `Onsale ${facts.version}`)} sells tickets: seat maps, fair holds, no seat sold twice.`,
    '',
    row('Address', style(36, facts.address)),
    row('API docs', style(36, `${facts.address}/docs`)),
    row('Data', facts.data),
  ];
  if (facts.connections) lines.push(row('Pools', `${facts.connections} (DATABASE_CONNECTIONS)`));
  if (facts.isBuilding) lines.push(row('Shop', 'being built, some seconds; the API answers already'));
  if (facts.owner) {
    const { key, file } = facts.owner;
    lines.push(row('Owner key', key === null ? `kept in ${file}` : style(33, key)));
    if (key !== null) lines.push(row('', `Shown only now, and kept in ${file}`));
  }
  if (facts.demo.length > 0) {
    lines.push(row('On sale', `${facts.demo.join('; ')} (demo)`));
    lines.push(row('', 'README.md buys a ticket with five curls.'));
  }
  lines.push('', `  ${style(2, 'Ctrl-C stops.')}`, '', '');
  return lines.join('\n');
}
