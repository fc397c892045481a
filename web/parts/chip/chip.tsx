import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './chip.module.css';

/** A filter or a choice that is on or off. */
export function Chip({ pressed, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { readonly pressed: boolean }) {
  return <button type="button" {...rest} className={styles.chip} aria-pressed={pressed} />;
}

/** A row of chips: it scrolls sideways where it is too long. */
export function Chips({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className={styles.chips} aria-label={label}>
      {children}
    </fieldset>
  );
}
