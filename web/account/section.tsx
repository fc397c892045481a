import { type ReactNode, useId } from 'react';
import styles from './account-page.module.css';

/** A part of the account, with its name and what it is for. */
export function Section({
  title,
  lead,
  badge,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly badge?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.about}>
        <h2 id={id} className={styles.name}>
          {title} {badge}
        </h2>
        {lead && <p className="small quiet">{lead}</p>}
      </div>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
