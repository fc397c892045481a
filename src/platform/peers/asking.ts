import { assert } from '../../kernel/assert.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../clock/clock.ts';
import type { Owner } from '../ownership/ownership.ts';
import { type Channel, createChannel, type Item, type Line, type Outgoing, type Wire } from './channel.ts';
import {
  type AskOutcome,
  type FollowEvents,
  type Followed,
  hopsMax,
  NotMine,
  type PeerFailure,
  type PeerRefusal,
  PeerRefused,
  type PeerRequest,
  type Peers,
  type PeersParts,
  PeerUnknown,
  PeerUnreached,
  peerBounds,
  requestBytesMax,
} from './peers.ts';

/** Reaches a process: `opened` once, or never; `Line.ended` in any case. */
export type Dial = (to: Owner, line: Line & { opened(wire: Wire): void }) => void;

/** After a process was not reached, it is not tried again for so long, twice as long each time. */
const backOffMs = { first: 50, max: 2_000 };
const busyRetryMs = 1_000;

/** A question on its way. */
interface Question extends Outgoing {
  readonly name: string;
  readonly startedAt: number;
  readonly deadline: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (failure: PeerFailure) => void;
}

/** The connection to one process, opened on demand. */
interface Link {
  readonly to: Owner;
  channel: Channel | null;
  isOpen: boolean;
  readonly questions: Map<number, Question>;
  readonly follows: Map<number, FollowEvents>;
  failures: number;
  /** Why it is not tried before this moment. */
  fault: PeerFailure;
  notBefore: number;
}

/** The asking side of a pipe. */
export interface Asking extends Pick<Peers, 'ask' | 'follow'> {
  /** Whether there is anything to look after. */
  readonly isIdle: boolean;
  /** Ends what is past its deadline. */
  sweep(): void;
  beat(): void;
  close(): void;
}

export function createAsking(
  parts: PeersParts & {
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly soon: (task: () => void) => void;
    readonly dial: Dial;
    /** Called when there is something to look after. */
    readonly onBusy: () => void;
  },
): Asking {
  const { processId, clock, random, soon, dial, onAsk, onFailure, onBusy, bounds = peerBounds } = parts;
  const links = new Map<string, Link>();
  let lastId = 0;
  let isClosed = false;

  function linkTo(to: Owner): Link {
    let link = links.get(to.processId);
    if (link === undefined) {
      const maps = { questions: new Map(), follows: new Map() };
      link = { to, channel: null, isOpen: false, ...maps, failures: 0, fault: new PeerUnreached(), notBefore: 0 };
      links.set(to.processId, link);
      onBusy();
    }
    return link;
  }

  /** Why nothing can be sent now, or null. Opens the connection if there is none. */
  function faultOf(link: Link, length: number, isFull: boolean): PeerFailure | null {
    const { channel } = link;
    if (channel === null) {
      if (clock.measure() < link.notBefore) return link.fault;
      connect(link);
      return null;
    }
    if (channel.isSilent) return new PeerUnreached(`${link.to.address} does not speak`);
    if (isFull || channel.queued + length > bounds.queued)
      return new PeerRefused({ why: 'too busy', retryAfterMs: busyRetryMs });
    return null;
  }

  function connect(link: Link): void {
    const channel = createChannel({ clock, soon });
    link.channel = channel;
    dial(link.to, {
      opened(wire) {
        link.failures = 0;
        link.isOpen = true;
        channel.open(wire);
      },
      heard(text) {
        for (const item of channel.read(text)) {
          try {
            hear(link, item);
          } catch (error) {
            onFailure('hearing another process', error);
          }
        }
      },
      ended(why) {
        // A connection that once was is replaced at once; one that never came about, later and later.
        if (!link.isOpen) {
          const ms = Math.min(backOffMs.max, backOffMs.first * 2 ** link.failures);
          link.failures += 1;
          link.notBefore = clock.measure() + ms * (0.5 + random(1)[0]! / 510);
        }
        channel.broke();
        link.channel = null;
        link.isOpen = false;
        link.fault = why instanceof PeerRefused ? why : new PeerUnreached(why.message);
        breakOff(link);
      },
    });
  }

  function breakOff(link: Link): void {
    const { fault, questions, follows } = link;
    for (const [id, question] of questions)
      end(link, id, question, question.hasLeft ? new PeerUnknown(`Sent, and then: ${fault.message}`) : fault);
    for (const [id, on] of follows) {
      follows.delete(id);
      on.ended(fault);
    }
  }

  function hear(link: Link, [kind, id, content]: Item): void {
    const on = link.follows.get(id);
    if (kind === 'frame') return on?.frame(content as string);
    if (on !== undefined) {
      link.follows.delete(id);
      return on.ended(failureOf(kind, content));
    }
    const question = link.questions.get(id);
    // Past its deadline nobody waits.
    if (question !== undefined) end(link, id, question, failureOf(kind, content), content);
  }

  function end(link: Link, id: number, question: Question, failure: PeerFailure | null, answer?: unknown): void {
    link.questions.delete(id);
    onAsk?.(question.name, outcomeOf(failure), clock.measure() - question.startedAt);
    if (failure === null) return question.resolve(answer);
    link.channel?.takeBack(question);
    question.reject(failure);
  }

  function refuse(name: string, failure: PeerFailure): Promise<never> {
    onAsk?.(name, outcomeOf(failure), 0);
    return Promise.reject(failure);
  }

  /** What keeps a question from being asked of anybody, or null. */
  function faultBefore(to: Owner, { timeLeftMs, hops }: Pick<PeerRequest, 'timeLeftMs' | 'hops'>): PeerFailure | null {
    if (isClosed) return new PeerUnreached('This process ends');
    if (timeLeftMs <= 0) return new PeerRefused({ why: 'late' });
    if (to.processId === processId()) return new PeerRefused({ why: 'wrong process', processId: to.processId });
    return hops >= hopsMax ? new PeerRefused({ why: 'too many hops' }) : null;
  }

  return {
    get isIdle() {
      return links.size === 0;
    },
    ask(to, { name, body, commandId, timeLeftMs, hops }) {
      const early = faultBefore(to, { timeLeftMs, hops });
      if (early !== null) return refuse(name, early);
      const id = ++lastId;
      const startedAt = clock.measure();
      const deadline = startedAt + timeLeftMs;
      const item = ['ask', id, name, to.fence, commandId, Math.round(deadline), hops + 1, body];
      const text = textOf(item);
      const link = linkTo(to);
      const fault = faultOf(link, text.length, link.questions.size >= bounds.underWay);
      if (fault !== null) return refuse(name, fault);
      return new Promise((resolve, reject) => {
        const question: Question = { text, hasLeft: false, name, startedAt, deadline, resolve, reject };
        link.questions.set(id, question);
        link.channel?.push(question);
      });
    },
    follow(to, { name, body }, on): Followed {
      const id = ++lastId;
      const text = textOf(['follow', id, name, to.fence, body]);
      const link = linkTo(to);
      const fault =
        faultBefore(to, { timeLeftMs: 1, hops: 0 }) ?? faultOf(link, text.length, link.follows.size >= bounds.followed);
      const say = (item: readonly unknown[]) => link.channel?.push({ text: textOf(item), hasLeft: false });
      link.follows.set(id, on);
      if (fault === null) link.channel?.push({ text, hasLeft: false });
      else
        queueMicrotask(() => {
          if (link.follows.delete(id)) on.ended(fault);
        });
      return {
        get isSilent() {
          return !link.follows.has(id) || !link.isOpen || link.channel?.isSilent !== false;
        },
        send(content) {
          if (link.follows.has(id)) say(['say', id, content]);
        },
        stop() {
          if (link.follows.delete(id)) say(['stop', id]);
        },
      };
    },
    sweep() {
      const now = clock.measure();
      for (const link of links.values()) {
        const { channel, questions, follows, notBefore } = link;
        for (const [id, question] of questions) {
          if (question.deadline > now) continue;
          const late = 'There was no answer in time';
          end(link, id, question, question.hasLeft ? new PeerUnknown(late) : new PeerUnreached(late));
        }
        if (channel === null && questions.size + follows.size === 0 && now > notBefore + backOffMs.max)
          links.delete(link.to.processId);
      }
    },
    beat() {
      for (const { channel } of links.values()) channel?.beat();
    },
    close() {
      isClosed = true;
      for (const link of links.values()) {
        link.fault = new PeerUnreached('This process ends');
        breakOff(link);
        link.channel?.end();
      }
    },
  };
}

function textOf(item: readonly unknown[]): string {
  const text = JSON.stringify(item);
  // Three bytes are the most that one character of a string becomes.
  const isShort = text.length * 3 <= requestBytesMax || Buffer.byteLength(text) <= requestBytesMax;
  assert(isShort, 'What is asked of another process is longer than a request may be');
  return text;
}

/** What ended a question or a following; null: it went well. */
function failureOf(kind: string, content: unknown): PeerFailure | null {
  if (kind === 'answer' || kind === 'end') return null;
  if (kind !== 'refuse') return new PeerUnknown('It failed over there');
  const refusal = content as PeerRefusal;
  return refusal.why === 'not mine' ? new NotMine(refusal.owner) : new PeerRefused(refusal);
}

function outcomeOf(failure: PeerFailure | null): AskOutcome {
  if (failure === null) return 'answered';
  if (failure instanceof PeerRefused) return 'refused';
  return failure instanceof PeerUnknown ? 'unknown' : 'unreached';
}
