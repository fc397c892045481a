import type { ReactNode } from 'react';
import { classes } from '../classes.ts';
import styles from './badge.module.css';

export type BadgeTone = 'plain' | 'ok' | 'warn' | 'no' | 'info' | 'volt' | 'solid';

/** A word about a state, mostly with a mark: never a tint alone. */
export function Badge({
  tone = 'plain',
  children,
  className,
}: {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return <span className={classes(styles.badge, tone !== 'plain' && styles[tone], className)}>{children}</span>;
}

/** The mark of what is live or on sale. */
export function Dot() {
  return <span className={styles.dot} aria-hidden="true" />;
}
