import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ShowFacts } from '../../../kernel/show-facts.ts';
import { type AnnouncedShow, kindOfChange } from './show-change.ts';

const now = Date.UTC(2027, 0, 15, 12);
const hour = 3_600_000;
const facts: ShowFacts = {
  startsAt: Date.UTC(2027, 2, 1, 19),
  doorsAt: null,
  endsAt: null,
  timeZone: 'Europe/Madrid',
  venue: 'Hall',
  address: 'Main Street 1',
};
const show: AnnouncedShow = { status: 'published', venueId: 1, facts };
const withFacts = (more: Partial<ShowFacts>): AnnouncedShow => ({ ...show, facts: { ...facts, ...more } });
const kind = (before: AnnouncedShow, after: AnnouncedShow, at = now) => kindOfChange(before, after, at);
const postponed: AnnouncedShow = { ...show, status: 'postponed' };

describe('what buyers hear of a change', () => {
  test('follows from the status first', () => {
    assert.equal(kind(show, { ...withFacts({ startsAt: facts.startsAt + hour }), status: 'cancelled' }), 'cancelled');
    assert.equal(kind(postponed, { ...show, status: 'cancelled' }), 'cancelled');
    assert.equal(kind(show, { ...withFacts({ startsAt: facts.startsAt + hour }), status: 'postponed' }), 'postponed');
    assert.equal(kind(postponed, { ...withFacts({ startsAt: facts.startsAt + hour }), status: 'postponed' }), null);
    assert.equal(kind(postponed, show), 'resumed');
    assert.equal(kind({ ...show, status: 'cancelled' }, { ...withFacts({ venue: 'X' }), status: 'cancelled' }), null);
  });

  test('is a move if the hour or the house is another', () => {
    assert.equal(kind(show, withFacts({ startsAt: facts.startsAt + hour })), 'moved');
    assert.equal(kind(show, withFacts({ startsAt: facts.startsAt - hour })), 'moved');
    assert.equal(kind(show, { ...show, venueId: 2 }), 'moved');
  });

  test('is a correction if doors, end or the words for the place are others', () => {
    const corrections = [
      { doorsAt: facts.startsAt - hour },
      { endsAt: facts.startsAt + hour },
      { venue: 'House' },
      { address: null },
    ];
    for (const correction of corrections) assert.equal(kind(show, withFacts(correction)), 'updated');
  });

  test('is no move where a zone is corrected: neither the moment with its words, nor the hour that was said', () => {
    const shown = withFacts({ timeZone: 'Atlantic/Canary' });
    assert.equal(kind(show, shown), null, 'the same moment');
    const meant = withFacts({ timeZone: 'Atlantic/Canary', startsAt: facts.startsAt + hour });
    assert.equal(kind(show, meant), 'updated', '20:00 there');
  });

  test('is nothing where nothing differs, or the show is over', () => {
    assert.equal(kind(show, withFacts({})), null);
    assert.equal(kind(show, withFacts({ address: 'Lane 2' }), facts.startsAt), null);
    assert.equal(
      kind(
        withFacts({ endsAt: facts.startsAt + hour }),
        withFacts({ endsAt: facts.startsAt + 2 * hour }),
        facts.startsAt,
      ),
      'updated',
    );
  });
});
