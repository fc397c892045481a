import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { boxOffice } from '../support/box-office.ts';
import { type JoinedApp, startOwnerAndFront } from '../support/joined-apps.ts';
import type { joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';

const minute = 60_000;

describe(
  'work that is due at an event whose owner asks it nothing',
  needs('process', 'database', 'clock', 'jobs'),
  () => {
    let processes: ReturnType<typeof joinedProcesses>;
    let first: JoinedApp;
    let second: JoinedApp;

    before(async () => {
      ({ processes, owner: first, front: second } = await startOwnerAndFront());
    });

    const run = ({ core }: JoinedApp, name: string) => core.jobs.find((job) => job.name === name)!.run();
    /** How many holds it has ended because their time was over. */
    const expired = async ({ core }: JoinedApp) => {
      const { values } = await core.platform.metrics.holdsEnded.get();
      return values.find(({ labels }) => labels.how === 'expired')?.value ?? 0;
    };

    for (const how of ['handed over', 'lost'] as const) {
      test(`${how}: holds expire where the event is by then, each once, and nothing is done at the old owner`, async () => {
        const office = boxOffice(first);
        const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 4 }] });
        await office.hold({ eventId: show.eventId, quantity: 2 });
        await office.hold({ eventId: show.eventId, quantity: 1 });
        await run(first, 'journal holds');
        const before = [await expired(first), await expired(second)] as const;
        if (how === 'handed over') await processes.handOver(first, second);
        else await processes.kill(first, second);
        // Asked for at its new owner, or at nobody: what is due there is due without it.
        assert.equal((await boxOffice(second).availability(show.eventId)).ticketTypes[0].held, 3);
        first.clock.advance(16 * minute);
        for (const one of [first, second, first, second]) await run(one, 'expire holds');
        assert.deepEqual([await expired(first), await expired(second)], [before[0], before[1] + 2]);
        await run(first, 'journal holds');
        await run(second, 'journal holds');
        const rows = await first.database.query('SELECT FROM hold_journal WHERE event_id = $1', [show.eventId]);
        assert.equal(rows.length, 0);
        const [type] = (await boxOffice(second).availability(show.eventId)).ticketTypes;
        assert.deepEqual([type.available, type.held], [4, 0]);
        if (how === 'handed over') await processes.handOver(second, first);
      });
    }
  },
);
