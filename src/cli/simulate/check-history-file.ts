import { type Command, UsageError } from '../io.ts';
import { checkHistory } from './history/check-history.ts';
import { readHistory } from './history/history-file.ts';

const shownMax = 20;

/** `onsale simulate --check-history FILE`: whether one shop can have answered what buyers heard. */
export const checkHistoryFile: Command = async (args, { stdout }) => {
  const [file] = args;
  if (file === undefined || args.length > 1)
    throw new UsageError('--check-history takes one file, and nothing beside it.');
  const history = await readHistory(file);
  const { entries, faults } = history;
  const places = new Set(entries.flatMap((entry) => entry.places)).size;
  const count = (what: string, number: number) => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
  stdout.write(`${count('call', entries.length)} about ${count('place', places)}, ${count('fault', faults.length)}.\n`);
  const wrong = checkHistory(history);
  for (const one of wrong.slice(0, shownMax)) stdout.write(`${one}\n`);
  if (wrong.length > shownMax) stdout.write(`… and ${wrong.length - shownMax} more.\n`);
  stdout.write(
    wrong.length === 0
      ? 'One shop can have answered all of it.\n'
      : `No shop can have answered this: ${wrong.length}.\n`,
  );
  return wrong.length === 0 ? 0 : 1;
};
