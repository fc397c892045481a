import { CircleAlert } from 'lucide-react';
import { type InputHTMLAttributes, useId } from 'react';
import { classes } from '../classes.ts';
import styles from './field.module.css';

export interface FieldError {
  readonly sentence: string;
  /** A button that mends it. */
  readonly repair?: { readonly label: string; readonly apply: () => void } | undefined;
}

/** A labelled input with its hint and its error, which a screen reader hears with it. */
export function Field({
  label,
  hint,
  error,
  className,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: FieldError | undefined;
}) {
  const own = useId();
  const id = input.id ?? own;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={classes(styles.field, className)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        className={styles.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <CircleAlert aria-hidden="true" />
          <span>
            {error.sentence}{' '}
            {error.repair && (
              <button type="button" className={styles.repair} onClick={error.repair.apply}>
                {error.repair.label}
              </button>
            )}
          </span>
        </p>
      )}
    </div>
  );
}
