import assert from 'node:assert/strict';
import { parseDocument } from '../../src/features/import/queries/parse-document.ts';

/** A show as an event page describes it. */
export const sampleShow = {
  '@context': 'https://schema.org',
  '@type': 'MusicEvent',
  '@id': 'https://example.org/shows/1',
  name: 'Night of the Harps',
  startDate: '2027-05-01T20:00:00+02:00',
  location: { '@type': 'Place', name: 'Old Mill', address: 'Mill Lane 1, 10115 Berlin, Germany' },
};

/** Parses a document under the name `f`: a text as it is, anything else as JSON. */
export function parse(document: unknown, options = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return parseDocument('f', Buffer.from(text), options);
}

/** The one show of a document that is the sample show with some changes. */
export function only(changes: object, options = {}) {
  const { shows, refusals } = parse({ ...sampleShow, ...changes }, options);
  assert.deepEqual(refusals, []);
  assert.equal(shows.length, 1);
  return shows[0]!;
}

/** Why the sample show with some changes is refused, after its place. */
export function refusal(changes: object): string {
  const { shows, refusals } = parse({ ...sampleShow, ...changes });
  assert.equal(shows.length, 0);
  assert.equal(refusals.length, 1);
  return `${refusals[0]!.place} ${refusals[0]!.reason}`;
}
