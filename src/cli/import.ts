import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ImportSummary } from '../contract/import.ts';
import { openDocument } from './import/read-files.ts';
import { type SentDocument, sendDocument } from './import/send-document.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { createProgressLine } from './progress-line.ts';
import { type ServerAccess, withServer } from './with-server.ts';

export const importHelp = `onsale import [OPTION…] FILE…
    Brings shows and seating plans in: schema.org events as JSON-LD, saved web pages that have them
    embedded, and plans in the open seating-plan JSON. FILE may be - for the standard input.
    Running it again changes nothing. What is refused is reported with its place; the rest goes in.
    Shows that are over come in as history and are never on sale.

    --publish            put shows on sale that are ahead and have places and a price
    --plan PLAN          sell the seats of a plan: its id, its name, or its file
    --capacity N         places of a show (or of the plan's standing area) where the page says none
    --price PRICE        price of a ticket where the page says none
    --on-sale INSTANT    start of sales where the page says none, like 2027-01-15T10:00:00+01:00
    --shift PERIOD       move every date on, like P3Y: to the nearest same weekday, at the same local time
    --time-zone ZONE     zone of the venues and of dates without zone; else found out from the place
    --change-sold        change date, place and price of shows that have bookings too: their buyers are notified
    --call-off           call shows off that have bookings, and give all money back
    --json               the summary as JSON

A show that has bookings and comes with another date, place or price, or as cancelled, is refused with
how many they are, unless the option is set. Added, updated, unchanged, repeated and refused are all
that the files hold; a repetition is named with where the show stood first.

Exit code: 0 all in, 1 something was refused, 2 nothing could be read. Works beside a running server
and without one. Setting flags such as --data-dir are taken too.
`;

/** Notes are for reading; beyond this many, --json has them all. */
const notesShownMax = 20;

interface Total {
  added: number;
  updated: number;
  unchanged: number;
  repeated: number;
  refused: number;
  past: number;
  readonly refusals: { place: string; reason: string }[];
  readonly repetitions: { place: string; of: string }[];
  readonly notes: { place: string; reason: string }[];
  readonly shows: number[];
  readonly plans: { seatingPlanId: number; name: string; seatCount: number }[];
  /** Files that held something we know, faulty or not. */
  filesRead: number;
  /** Where this run named each event first. */
  readonly placeOf: Map<number, string>;
}

/** `onsale import FILE…`. */
export const importCommand: Command = async (args, io) => {
  const { values, positionals: files } = readArguments(args);
  if (values.help) {
    io.stdout.write(importHelp);
    return 0;
  }
  if (files.length === 0) throw new UsageError('import needs at least one FILE.');
  const total: Total = {
    added: 0,
    updated: 0,
    unchanged: 0,
    repeated: 0,
    refused: 0,
    past: 0,
    refusals: [],
    repetitions: [],
    notes: [],
    shows: [],
    plans: [],
    filesRead: 0,
    placeOf: new Map(),
  };
  await withServer(io.settings, async (server) => {
    const options = toQuery(values);
    const send = (path: string) => sendFile(path, { server, options, io, total });
    const { plan } = values;
    if (plan !== undefined && existsSync(plan)) {
      options.delete('plan');
      const before = total.plans.length;
      await send(plan);
      const [first] = total.plans.slice(before);
      if (!first)
        throw new UsageError(`--plan ${plan} is no seating plan.\n${remarkLines('refused', total.refusals)}`.trimEnd());
      options.set('plan', String(first.seatingPlanId));
    }
    for (const file of files) await send(file);
  });
  report(total, io, values.json ?? false);
  if (total.filesRead === 0) return 2;
  return total.refused > 0 ? 1 : 0;
};

function readArguments(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      publish: { type: 'boolean' },
      plan: { type: 'string' },
      capacity: { type: 'string' },
      price: { type: 'string' },
      'on-sale': { type: 'string' },
      shift: { type: 'string' },
      'time-zone': { type: 'string' },
      'change-sold': { type: 'boolean' },
      'call-off': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function toQuery(values: ReturnType<typeof readArguments>['values']): URLSearchParams {
  const query = new URLSearchParams();
  const chosen = {
    publish: values.publish ? 'true' : undefined,
    plan: values.plan,
    capacity: values.capacity,
    price: values.price?.replace(/^(\d+),(\d{1,2})$/, '$1.$2'),
    onSale: values['on-sale'],
    shift: values.shift,
    timeZone: values['time-zone'],
    changeSold: values['change-sold'] ? 'true' : undefined,
    callOff: values['call-off'] ? 'true' : undefined,
  };
  for (const [name, value] of Object.entries(chosen)) if (value !== undefined) query.set(name, value);
  return query;
}

interface Sending {
  readonly server: ServerAccess;
  readonly options: URLSearchParams;
  readonly io: CommandIo;
  readonly total: Total;
}

async function sendFile(path: string, { server, options, io, total }: Sending): Promise<void> {
  const document = await openDocument(path);
  if ('fault' in document) {
    total.refused++;
    total.refusals.push({ place: path, reason: document.fault });
    return;
  }
  const line = createProgressLine(io.stderr);
  const onProgress = (done: number, all: number) => line.show(document.name, done, all);
  try {
    add(total, await sendDocument(server, document, options, { onProgress, signal: io.signal }));
  } finally {
    line.clear();
  }
}

function add(total: Total, sent: SentDocument): void {
  if (sent.kind === 'wrong-option') throw new UsageError(sent.message);
  if (sent.kind === 'refused') {
    total.refused += sent.faults.length;
    total.refusals.push(...sent.faults);
    if (sent.isRead) total.filesRead++;
    return;
  }
  const { summary } = sent;
  for (const key of ['added', 'updated', 'unchanged', 'repeated', 'refused', 'past'] as const)
    total[key] += summary[key];
  total.refusals.push(...summary.refusals);
  total.repetitions.push(...summary.repetitions);
  total.notes.push(...summary.notes);
  total.plans.push(...summary.plans);
  total.filesRead++;
  for (const outcome of summary.outcomes) addOutcome(total, outcome);
}

/** A show that stood in an earlier file of this run too is a repetition, or changes what that file said. */
function addOutcome(total: Total, { place, eventId, outcome }: ImportSummary['outcomes'][number]): void {
  const first = total.placeOf.get(eventId);
  if (first === undefined) {
    total.placeOf.set(eventId, place);
    total.shows.push(eventId);
  } else if (outcome === 'unchanged') {
    total.unchanged--;
    total.repeated++;
    total.repetitions.push({ place, of: first });
  } else {
    const reason = `is the show at ${first} in other words: event ${eventId} is now as described here`;
    total.notes.push({ place, reason });
  }
}

function report(total: Total, { stdout, stderr }: CommandIo, asJson: boolean): void {
  const { filesRead: _, placeOf: __, ...summary } = total;
  if (asJson) {
    stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  stderr.write(remarkLines('refused', total.refusals));
  const repeated = total.repetitions.map(({ place, of }) => ({ place, reason: `is the same as ${of}` }));
  stderr.write(remarkLines('repeated', repeated));
  stderr.write(remarkLines('note', total.notes.slice(0, notesShownMax)));
  const more = total.notes.length - notesShownMax;
  if (more > 0) stderr.write(`and ${more} more notes (--json has them all)\n`);
  for (const plan of total.plans) {
    stdout.write(`Plan ${plan.seatingPlanId}: ${plan.name}, ${plan.seatCount.toLocaleString('en')} seats.\n`);
  }
  const { added, updated, unchanged, refused, past } = total;
  const again = total.repeated > 0 ? `repeated ${total.repeated}, ` : '';
  stdout.write(`Added ${added}, updated ${updated}, unchanged ${unchanged}, ${again}refused ${refused}.\n`);
  if (past > 0) {
    stdout.write(
      `${past} of them ${past === 1 ? 'is' : 'are'} over: history, not on sale (--shift P1Y moves dates on).\n`,
    );
  }
}

function remarkLines(kind: string, remarks: readonly { place: string; reason: string }[]): string {
  return remarks.map(({ place, reason }) => `${kind}  ${place}  ${reason}\n`).join('');
}
