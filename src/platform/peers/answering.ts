import type { Clock } from '../clock/clock.ts';
import { type Channel, createChannel, type Item, type Line, type Wire } from './channel.ts';
import { type Answered, createKeptAnswers } from './kept-answers.ts';
import {
  type AnswerHandler,
  answerBytesMax,
  type FollowHandler,
  type Following,
  type PeerRefusal,
  PeerRefused,
  type Peers,
  type PeersParts,
  peerBounds,
} from './peers.ts';

const busy: PeerRefusal = { why: 'too busy', retryAfterMs: 1_000 };

/** The answering side of all pipes that lead to a process. */
export interface Answering extends Pick<Peers, 'answer' | 'answerFollowers'> {
  /** Whether nobody is connected. */
  readonly isIdle: boolean;
  /** Takes a connection of another process. */
  accept(from: string, wire: Wire): Line;
  beat(): void;
  close(): void;
}

export function createAnswering(
  parts: PeersParts & {
    readonly clock: Pick<Clock, 'measure'>;
    readonly soon: (task: () => void) => void;
    /** Called when somebody is connected. */
    readonly onBusy: () => void;
  },
): Answering {
  const { processId, clock, soon, onBusy, onFailure, bounds = peerBounds } = parts;
  const handlers = new Map<string, AnswerHandler>();
  const followHandlers = new Map<string, FollowHandler>();
  const kept = createKeptAnswers(clock);
  const channels = new Set<Channel>();

  function accept(from: string, wire: Wire): Line {
    const channel = createChannel({ clock, soon });
    const followings = new Map<number, Following>();
    const meant = processId();
    let underWay = 0;
    channels.add(channel);
    channel.open(wire);
    onBusy();

    function say(kind: string, id: number, content: string): void {
      channel.push({ text: `["${kind}",${id},${content}]`, hasLeft: false });
      // Whoever does not read what it has asked for is cut.
      if (channel.queued > 2 * bounds.queued + content.length) wire.destroy('It does not read');
    }

    const refuse = (id: number, refusal: PeerRefusal) => say('refuse', id, JSON.stringify(refusal));

    function onAsk([, id, name, fence, command, sentDeadline, hops, body]: Item): void {
      const handler = handlers.get(name as string);
      const deadline = channel.toOwnClock(sentDeadline as number);
      if (handler === undefined) return refuse(id, { why: 'unknown request' });
      if (deadline <= clock.measure()) return refuse(id, { why: 'late' });
      if (underWay >= bounds.underWay) return refuse(id, busy);
      underWay += 1;
      const answered: Answered = (kind, content) => {
        underWay -= 1;
        say(kind, id, content);
      };
      const commandId = command as string | null;
      if (commandId !== null && !kept.begin(commandId, answered)) return;
      const asked = { from, fence: fence as number, commandId, deadline, hops: hops as number };
      answerBy(
        handler,
        body,
        asked,
        commandId === null ? answered : (kind, content) => kept.end(commandId, kind, content),
      );
    }

    function onFollow([, id, name, fence, body]: Item): void {
      const handler = followHandlers.get(name as string);
      if (handler === undefined) return refuse(id, { why: 'unknown request' });
      if (followings.size >= bounds.followed) return refuse(id, busy);
      let following: Following | null = null;
      let isOver = false;
      let isCut = false;
      const end = () => {
        isOver = true;
        followings.delete(id);
      };
      const cut = () => {
        end();
        isCut = true;
        following?.stopped();
      };
      followings.set(id, { heard: (content) => following?.heard?.(content), stopped: cut });
      try {
        following = handler(body, {
          from,
          fence: fence as number,
          send(frame) {
            if (isOver) return;
            if (channel.queued <= bounds.queued) return say('frame', id, textOf(frame));
            refuse(id, busy);
            cut();
          },
          end(refusal) {
            end();
            if (refusal === undefined) say('end', id, 'null');
            else refuse(id, refusal);
          },
        });
        // Cut by its first frames, before it was there to be notified.
        if (isCut) following.stopped();
      } catch (error) {
        end();
        fail(error, (kind, content) => say(kind, id, content));
      }
    }

    function hear(item: Item): void {
      const [kind, id, content] = item;
      const isNew = kind === 'ask' || kind === 'follow';
      // Since we were declared dead and began anew, the connection is to somebody else.
      if (isNew && processId() !== meant) refuse(id, { why: 'wrong process', processId: processId() });
      else if (kind === 'ask') onAsk(item);
      else if (kind === 'follow') onFollow(item);
      else if (kind === 'say') followings.get(id)?.heard?.(content);
      else if (kind === 'stop') followings.get(id)?.stopped();
      else refuse(id, { why: 'unknown request' });
    }

    return {
      heard(text) {
        for (const item of channel.read(text)) {
          try {
            hear(item);
          } catch (error) {
            onFailure('hearing another process', error);
          }
        }
      },
      ended() {
        channels.delete(channel);
        channel.broke();
        for (const following of [...followings.values()]) following.stopped();
      },
    };
  }

  function fail(error: unknown, end: Answered): void {
    if (error instanceof PeerRefused) return end('refuse', JSON.stringify(error.refusal));
    onFailure('answering another process', error);
    end('fail', 'null');
  }

  /** Lets the handler answer, now or later, and reports what it came to. */
  function answerBy(handler: AnswerHandler, body: unknown, asked: Parameters<AnswerHandler>[1], end: Answered): void {
    const failed = (error: unknown) => fail(error, end);
    const done = (answer: unknown) => {
      let content: string;
      try {
        content = textOf(answer);
      } catch (error) {
        return failed(error);
      }
      end('answer', content);
    };
    try {
      const answer = handler(body, asked);
      if (answer instanceof Promise) answer.then(done, failed);
      else done(answer);
    } catch (error) {
      failed(error);
    }
  }

  return {
    get isIdle() {
      return channels.size === 0;
    },
    answer: (name, handler) => void handlers.set(name, handler),
    answerFollowers: (name, handler) => void followHandlers.set(name, handler),
    accept,
    beat() {
      for (const channel of channels) channel.beat();
    },
    close() {
      for (const channel of channels) channel.end();
    },
  };
}

function textOf(answer: unknown): string {
  const text = JSON.stringify(answer) ?? 'null';
  if (text.length * 3 > answerBytesMax && Buffer.byteLength(text) > answerBytesMax)
    throw new RangeError('An answer for another process is longer than it may be');
  return text;
}
