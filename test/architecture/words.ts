import type { SourceFile } from './source-files.ts';

/** A word that has gone, or must not come, with what is said instead. */
interface Gone {
  readonly word: RegExp;
  readonly instead: string;
}

/**
 * Words of the first versions that a stranger stumbled over, each with what the trade says. Identifiers count as the words
 * they are made of (`toldBuyers`, `work-off.ts`).
 */
const gone: readonly Gone[] = [
  {
    word: /(?<![a-z])walls?(?![a-z]|[ _-]?[cC]lock)|Walls?(?![a-z]|Clock)|\bwalled\b|Walled/,
    instead: 'tenant isolation, row-level security, RLS',
  },
  {
    word: /(?<![a-z])things?(?![a-z])|(?<!Every|Any|Some|No)Things?(?![a-z])/,
    instead: 'resource; in JSON-LD a node; or the name of what it is',
  },
  {
    word: /\b(?:[tT]he|our|its|their|in|of|from|with|by|into) records\b|(?<=[a-z])Records\b|\brecords[A-Z]/,
    instead: 'database, tables, history',
  },
  {
    word: /(?<![a-z])(?:tells?|told|telling)(?![a-z])|(?:Tell|Tells|Told|Telling)(?![a-z])/,
    instead: 'notify, report, say, show, distinguish',
  },
  { word: /\b[wW]ork(?:s|ed|ing)?[ -]off\b|workOff|WorkOff|workedOff/, instead: 'process, carry out' },
  {
    word: /\b[gG]iven\b(?![ -](?:up|back|away)\b)|\bgiven(?!Up|Back|Away)[A-Z]/,
    instead: 'supplied, requested, passed in, set',
  },
  { word: /\b[lL]et(?:s|ting)? go of\b/, instead: 'release' },
];

/** Where an old word must stand: published names, and what other people wrote. */
const kept: readonly { readonly file: RegExp; readonly text: RegExp; readonly why: string }[] = [
  { file: /./, text: /raise_walls|0009-walls\.sql/g, why: 'Of a migration that was applied.' },
  {
    file: /^src\/contract\/(booking|import)\.ts$/,
    text: /\btold: (?=Type\.Integer\(\{ deprecated|outcomesOfShows\(\{ deprecated)/g,
    why: 'The name in answers of the version before: an alias for one version.',
  },
  {
    file: /^src\/features\/import\/commands\/import-document\.ts$/,
    text: /\btold: outcomes\b/g,
    why: 'The same alias, where the summary is made.',
  },
  {
    file: /^test\/api\/(changed-shows|import)\.test\.ts$/,
    text: /\bshown\.told, 5\b|\boutcomes, told, plans\b|\bdeepEqual\(told, outcomes\b/g,
    why: 'The same alias, in the tests that look at it.',
  },
  {
    file: /^test\/api\/show-news\.test\.ts$/,
    text: /\bafter_booking = NULL, told = 0\b/g,
    why: 'A column of a migration that was applied.',
  },
  {
    file: /^src\/features\/booking\/store\/show-changes\.ts$/,
    text: /\btold AS notified\b|\bSET told = \$2/g,
    why: 'A column of a migration that was applied.',
  },
  {
    file: /^src\/features\/booking\/http\/staff\.ts$/,
    text: /\btold: notified\b/g,
    why: 'The same alias, in the progress of a change of a show.',
  },
  {
    file: /^src\/features\/import\/(domain\/find-shows|queries\/parse-document\.test)\.ts$/,
    text: /\|Thing\||'Thing'/g,
    why: 'A type of schema.org.',
  },
  {
    file: /^src\/features\/verify\/queries\//,
    text: /\bformerly: '[a-z-]+'/g,
    why: 'The name of a check in the version before: an alias for one version.',
  },
  {
    file: /^src\/features\/payments\/store\/sandbox-payments\.ts$/,
    text: /\btells_at\b/g,
    why: 'A column of a migration that was applied.',
  },
];

/** One sentence per line of a file that says what is not said any more. */
export function goneWords({ path, lines }: Pick<SourceFile, 'path' | 'lines'>): string[] {
  const inName = gone.filter(({ word }) => word.test(path)).map(({ instead }) => `${path}: the name. Say ${instead}`);
  const inText = lines.flatMap((line, i) => {
    const rest = kept.reduce((text, one) => (one.file.test(path) ? text.replaceAll(one.text, '') : text), line);
    return gone
      .filter(({ word }) => word.test(rest))
      .map(({ instead }) => `${path}:${i + 1} ${line.trim().slice(0, 120)}. Say ${instead}`);
  });
  return [...inName, ...inText];
}
