import { Check, CircleAlert, Clock, Info, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../classes.ts';
import styles from './notice.module.css';

export type NoticeTone = 'plain' | 'ok' | 'warn' | 'no' | 'info';

const icons: Record<NoticeTone, LucideIcon> = { plain: Info, ok: Check, warn: Clock, no: CircleAlert, info: Info };

/** What happened, whether money moved, what now: a sentence in bold, more beneath it, then the ways on. */
export function Notice({
  tone = 'plain',
  title,
  children,
  actions,
  icon: Icon = icons[tone],
  role,
}: {
  readonly tone?: NoticeTone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly icon?: LucideIcon;
  /** `alert`: it came by itself and must be heard at once; `status`: it may wait. */
  readonly role?: 'alert' | 'status';
}) {
  return (
    <div className={classes(styles.notice, tone !== 'plain' && styles[tone])} role={role}>
      <Icon aria-hidden="true" />
      <div className={styles.text}>
        <strong className={styles.title}>{title}</strong>
        {children}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  );
}
