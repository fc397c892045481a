import type { ProcessStatus } from '../../platform/ownership/postgres-cluster-status.ts';
import { slotCount } from '../../platform/ownership/slots.ts';
import type { Status } from '../status.ts';

/** As many characters name a process. */
const nameLength = 8;

/** The status as a table of processes, with what an operator should notice in sentences below. */
export function statusText(
  status: Status,
  how: { readonly owned: number; readonly withSlots: boolean; readonly inColour: boolean },
): string {
  const { version, schema, processes, slots, sole } = status;
  const style = (code: number, text: string) => (how.inColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const schemaWords = schema.newest === null ? 'no schema yet' : `schema ${schema.newest}`;
  const lines = [`Onsale ${version}, ${schemaWords}`];
  if (schema.pending.length > 0) lines.push(style(33, `To run: ${schema.pending.join(', ')} (onsale migrate)`));
  if (schema.unknown.length > 0) lines.push(style(33, `Of a newer Onsale: ${schema.unknown.join(', ')}`));
  lines.push('');
  if (sole) {
    lines.push(
      `One process serves at ${sole.url} (pid ${sole.pid}), alone on its private PostgreSQL: it owns all events.`,
    );
  } else if (processes.length === 0) {
    lines.push('No process serves.');
  } else {
    const rows = processes.map(rowOf);
    const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)));
    const write = (row: readonly string[]) =>
      row
        .map((text, at) => text.padEnd(widths[at]!))
        .join('  ')
        .trimEnd();
    lines.push(style(2, write(heads)), ...rows.map((row, at) => style(colours[processes[at]!.state], write(row))));
    lines.push('', ...remarks(processes, how.owned).map((line) => style(33, line)));
    if (how.owned === slotCount) lines.push(`All ${slotCount} slots of events are owned.`);
  }
  if (how.withSlots && !sole) {
    lines.push('', style(2, 'slot  owner     fence'));
    for (const { slot, processId, fence } of slots) {
      lines.push(
        `${String(slot).padStart(4)}  ${(processId ?? '-').slice(0, nameLength).padEnd(nameLength)}  ${fence}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const heads = ['process', 'version', 'state', 'lease', 'slots', 'address', 'roles'];
const colours = { living: 0, leaving: 33, over: 31, dead: 31 } as const;

function rowOf({ processId, version, state, leaseLeftMs, slots, address, roles }: ProcessStatus): string[] {
  const lease = state === 'dead' ? '-' : `${(leaseLeftMs / 1_000).toFixed(1)} s`;
  return [processId.slice(0, nameLength), version, state, lease, String(slots), address, roles.join(',')];
}

function remarks(processes: readonly ProcessStatus[], owned: number): string[] {
  const said: string[] = [];
  const versions = [...new Set(processes.map(({ version }) => version))];
  if (versions.length > 1) said.push(`Several versions run together: ${versions.join(', ')}.`);
  const living = processes.filter(({ state }) => state === 'living');
  if (!living.some(({ roles }) => roles.includes('booking')))
    said.push('No living process has the role booking: nothing is sold.');
  if (owned < slotCount) said.push(`${slotCount - owned} of ${slotCount} slots of events are owned by nobody.`);
  return said;
}
