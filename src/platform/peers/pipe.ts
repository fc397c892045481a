import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import { type Answering, createAnswering } from './answering.ts';
import { createAsking, type Dial } from './asking.ts';
import { beatMs } from './channel.ts';
import type { Peers, PeersParts } from './peers.ts';

/** How exact deadlines are. */
const sweepMs = 50;

/** Both sides of a process's pipes, over whatever wires. `close` ends them without waiting. */
export interface Pipe extends Omit<Peers, 'close'>, Pick<Answering, 'accept'> {
  close(): void;
}

/**
 * What adapters have in common: they only bring wires. `soon`: runs a task at the end of the turn. One timer looks after everything,
 * and only while there is a connection.
 */
export function createPipe(
  parts: PeersParts & {
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly soon: (task: () => void) => void;
    readonly dial: Dial;
  },
): Pipe {
  const { clock, soon } = parts;
  let cancel: (() => void) | null = null;
  let sweeps = 0;

  function wake(): void {
    // At the end of a turn: what came in while this process stood still is read before it is late.
    cancel ??= clock.after(sweepMs, () => soon(look));
  }

  function look(): void {
    if (cancel === null) return;
    cancel = null;
    asking.sweep();
    sweeps += 1;
    if (sweeps % (beatMs / sweepMs) === 0) {
      asking.beat();
      answering.beat();
    }
    if (!asking.isIdle || !answering.isIdle) wake();
  }

  const asking = createAsking({ ...parts, onBusy: wake });
  const answering = createAnswering({ ...parts, onBusy: wake });
  return {
    ask: asking.ask,
    follow: asking.follow,
    answer: answering.answer,
    answerFollowers: answering.answerFollowers,
    accept: answering.accept,
    close() {
      cancel?.();
      cancel = null;
      asking.close();
      answering.close();
    },
  };
}
