import { looksLikePlan, readPlanContent } from '../../seating/index.ts';
import { decodeText } from '../domain/decode-text.ts';
import { distinguishShows } from '../domain/distinguish-shows.ts';
import { blocksMax, extractJsonLd, looksLikeHtml, mendJson } from '../domain/extract-json-ld.ts';
import { findShows } from '../domain/find-shows.ts';
import { isNode } from '../domain/json-ld.ts';
import type { ParsedDocument, ParsedPlan, ParsedShow, Remark } from '../domain/parsed.ts';
import { lineCounter, readJson } from '../domain/read-json.ts';
import { readShows, type ShowOptions } from '../domain/read-show.ts';
import { zoneAt } from '../store/zone-at.ts';

interface Reading {
  readonly shows: ParsedShow[];
  readonly plans: ParsedPlan[];
  readonly refusals: Remark[];
  readonly notes: Remark[];
  /** Shows that are refused beyond those that `refusals` name one by one. */
  uncounted: number;
  /** What the document is about, if not events. */
  readonly otherTypes: Set<string>;
  /** Shows and plans that were found, taken or refused. */
  showCount: number;
  planCount: number;
}

/** What the reader takes; see {@link ShowOptions}. */
export interface ParseOptions {
  readonly timeZone?: string;
  /** Of prices whose page names no currency; EUR if left out. */
  readonly currency?: string;
  /** Of shows whose place nobody knows. */
  readonly organizerZone?: string | null;
}

/**
 * Reads a document of any of the forms we know: schema.org events as JSON-LD (one, a list, `@graph`), a saved HTML page
 * with embedded blocks of it, one JSON document per line, or a seating plan (also as we export it, or a list of them).
 * `name` stands before every place. Never throws: what cannot be read is among the refusals.
 */
export function parseDocument(name: string, bytes: Uint8Array, chosen: ParseOptions = {}): ParsedDocument {
  const options: ShowOptions = { currency: 'EUR', organizerZone: null, zoneAt, ...chosen };
  const reading: Reading = {
    shows: [],
    plans: [],
    refusals: [],
    notes: [],
    uncounted: 0,
    otherTypes: new Set(),
    showCount: 0,
    planCount: 0,
  };
  const text = decodeText(bytes);
  if (!text.accepted) reading.refusals.push({ place: name, reason: text.refusal });
  else if (looksLikeHtml(text.value)) readPage(name, text.value, options, reading);
  else readJsonText(name, text.value, options, reading);
  if (reading.shows.length + reading.plans.length + reading.refusals.length === 0) {
    reading.refusals.push({ place: name, reason: nothingFound(reading.otherTypes) });
  }
  const { plans, notes, showCount, planCount } = reading;
  const distinct = distinguishShows(reading.shows);
  const refusals = [...reading.refusals, ...distinct.refusals];
  return {
    plans,
    refusals,
    notes,
    refusedCount: refusals.length + reading.uncounted,
    repetitions: distinct.repetitions,
    shows: distinct.shows,
    isReadable: showCount + plans.length > 0,
    isPlan: showCount === 0 && planCount > 0,
  };
}

function nothingFound(otherTypes: ReadonlySet<string>): string {
  const types = [...otherTypes].slice(0, 5).join(', ');
  return `holds no schema.org event and is no seating plan${types && `: it describes ${types}`}`;
}

function readPage(name: string, html: string, options: ShowOptions, reading: Reading): void {
  const blocks = extractJsonLd(html);
  if (blocks.length > 0 && /\bitemtype\s*=\s*["']?https?:\/\/schema\.org\/\w*Event\b/i.test(html)) {
    reading.notes.push({ place: name, reason: 'also describes events as microdata: only its JSON-LD was read' });
  }
  if (blocks.length === 0) {
    reading.refusals.push({
      place: name,
      reason: 'is a page without JSON-LD (no <script type="application/ld+json">)',
    });
  }
  if (blocks.length === blocksMax) {
    const reason = `has ${blocksMax.toLocaleString('en')} blocks of JSON-LD or more: none after these was read`;
    reading.refusals.push({ place: name, reason });
  }
  const placeOf = lineCounter(html);
  for (const block of blocks) {
    const start = placeOf(block.start);
    const strict = readJson(block.text);
    const read = strict.accepted ? strict : readJson(mendJson(block.text));
    if (read.accepted) {
      readDocument(`${name}:${start.line}`, read.value, options, reading);
      continue;
    }
    const { reason, line, column } = (strict.accepted ? read : strict).refusal as {
      reason: string;
      line: number;
      column: number;
    };
    const place = `${name}:${start.line + line - 1}:${line === 1 ? start.column + column - 1 : column}`;
    reading.refusals.push({ place, reason });
  }
}

function readJsonText(name: string, text: string, options: ShowOptions, reading: Reading): void {
  const read = readJson(text);
  if (read.accepted) {
    readDocument(name, read.value, options, reading);
    return;
  }
  const lines = text.split('\n');
  const filled = lines.filter((line) => line.trim() !== '');
  if (filled.length > 1 && filled[0]!.trim().startsWith('{') && readJson(filled[0]!).accepted) {
    lines.forEach((line, i) => {
      if (line.trim() === '') return;
      const one = readJson(line);
      if (one.accepted) readDocument(`${name}:${i + 1}`, one.value, options, reading);
      else reading.refusals.push({ place: `${name}:${i + 1}:${one.refusal.column}`, reason: one.refusal.reason });
    });
    return;
  }
  const { reason, line, column } = read.refusal;
  reading.refusals.push({ place: `${name}:${line}:${column}`, reason });
}

function readDocument(name: string, document: unknown, options: ShowOptions, reading: Reading): void {
  if (isPlan(document)) return readPlanAt(name, document, reading);
  if (Array.isArray(document) && document.some(isPlan)) {
    document.forEach((item, i) => {
      readDocument(`${name}#/${i}`, item, options, reading);
    });
    return;
  }
  const { shows, refused, notes, otherTypes } = findShows(document);
  for (const type of otherTypes) reading.otherTypes.add(type);
  const placed = (place: string) => `${name}#${place.slice(0, 500)}`;
  const remark = ({ place, reason }: Remark): Remark => ({ place: placed(place), reason });
  for (const { count, ...one } of refused) {
    reading.refusals.push(remark(one));
    reading.uncounted += count - 1;
  }
  reading.notes.push(...notes.map(remark));
  reading.showCount += shows.length;
  for (const show of shows) {
    const said: Remark[] = [];
    const read = readShows(show, options, said);
    reading.shows.push(...read.shows.map((one) => ({ ...one, place: placed(one.place) })));
    reading.refusals.push(...read.refusals.map(remark));
    reading.notes.push(...said.map(remark));
  }
}

/** A plan alone, or with its supplement as we export it. */
function isPlan(document: unknown): boolean {
  return looksLikePlan(document) || (isNode(document) && looksLikePlan(document.plan));
}

function readPlanAt(name: string, document: unknown, reading: Reading): void {
  reading.planCount++;
  // Ids of another installation mean nothing here.
  const { plan, supplement, name: planName } = document as Record<string, unknown>;
  const exported = {
    plan,
    ...(supplement !== undefined && { supplement }),
    ...(planName !== undefined && { name: planName }),
  };
  const content = readPlanContent(looksLikePlan(document) ? document : exported);
  if (content.accepted) {
    reading.plans.push({ place: name, content: content.value });
    return;
  }
  const [first, ...others] = content.refusal.faults;
  const more =
    others.length === 0
      ? ''
      : ` (and ${others.length} more: ${others
          .slice(0, 3)
          .map(({ place, reason }) => `${place} ${reason}`)
          .join('; ')})`;
  reading.refusals.push({ place: `${name}#${first?.place ?? ''}`, reason: `${first?.reason}${more}` });
}
