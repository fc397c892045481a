import { useEffect, useRef, useState } from 'react';
import { wordsOf } from '../api/words-of.ts';
import { Button } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { clock } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { askedMark, lastSeconds, spokenMark } from './hold-marks.ts';
import styles from './hold-timer.module.css';
import { type SeenHold, useSecondsLeft } from './use-hold.ts';

const around = 2 * Math.PI * 12.5;

/**
 * The clock of a hold: a ring, the time, and more of it while that is possible. It is not read out as it ticks: marks are said, and in the
 * last two minutes a dialog asks once, at thirty seconds once more.
 */
export function HoldTimer({
  seen: { hold, endsAt },
  fullMinutes,
  isPaying,
  renew,
  onOver,
}: {
  readonly seen: SeenHold;
  readonly fullMinutes: number;
  /** A payment is under way: the clock stands. */
  readonly isPaying: boolean;
  renew(): Promise<void>;
  onOver(): void;
}) {
  const texts = textsOf('pay').timer;
  const seconds = useSecondsLeft(endsAt);
  const [said, say] = useState('');
  const [isAsking, setAsking] = useState(false);
  const [renewing, setRenewing] = useState(false);
  const before = useRef(seconds);
  const isOver = seconds === 0;

  useEffect(() => {
    const last = before.current;
    before.current = seconds;
    if (isPaying) return;
    const mark = spokenMark(last, seconds);
    if (mark !== undefined) say(texts.spoken(mark));
    if (hold.canRenew && askedMark(last, seconds) !== undefined) setAsking(true);
  }, [seconds, isPaying, hold.canRenew, texts]);

  useEffect(() => {
    if (!isOver || isPaying) return;
    setAsking(false);
    onOver();
  }, [isOver, isPaying, onOver]);

  async function take() {
    setRenewing(true);
    try {
      await renew();
      say(texts.renewed);
    } catch (error) {
      const { title, text } = wordsOf(error);
      say(`${title} ${text}`);
    } finally {
      setAsking(false);
      setRenewing(false);
    }
  }

  const isLast = seconds <= lastSeconds && !isPaying;
  const share = Math.min(1, seconds / (fullMinutes * 60));
  return (
    <div className={classes(styles.timer, isLast && styles.last)}>
      <div role="timer" aria-label={texts.label} className={styles.reading}>
        <svg className={styles.ring} viewBox="0 0 32 32" aria-hidden="true">
          <circle className={styles.track} cx="16" cy="16" r="12.5" />
          {!isOver && (
            <circle
              className={styles.left}
              cx="16"
              cy="16"
              r="12.5"
              strokeDasharray={around}
              strokeDashoffset={around * (1 - share)}
            />
          )}
        </svg>
        <span className={classes(styles.word, !isPaying && !isOver && 'only-desk')}>
          {isPaying ? texts.keptWhilePaying : isOver ? texts.over : texts.held}
        </span>
        {!isPaying && !isOver && <span className={classes(styles.clock, 'numeric')}>{clock(seconds)}</span>}
      </div>
      {hold.canRenew && !isPaying && !isOver && (
        <Button size="small" className={styles.more} working={renewing} onClick={take}>
          {texts.more}
        </Button>
      )}
      <span className="spoken" role="status">
        {said}
      </span>
      {isAsking && !isPaying && !isOver && hold.canRenew && (
        <Dialog
          title={texts.askTitle(clock(seconds), fullMinutes)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button look="quiet" onClick={() => setAsking(false)}>
                {texts.decline}
              </Button>
              <Button look="primary" working={renewing} onClick={take}>
                {texts.take(fullMinutes)}
              </Button>
            </>
          }
        >
          <p>
            {texts.askText(fullMinutes)} {seconds > 30 && texts.askAgain}
          </p>
        </Dialog>
      )}
    </div>
  );
}
