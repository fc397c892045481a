import { type ReactNode, useId } from 'react';
import styles from './step.module.css';

/** One of the numbered parts of the checkout. */
export function Step({
  number,
  title,
  children,
}: {
  readonly number: number;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.step} aria-labelledby={id}>
      <h2 className={styles.title}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <span id={id}>{title}</span>
      </h2>
      {children}
    </section>
  );
}
