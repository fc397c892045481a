import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';
import { classes } from '../classes.ts';
import styles from './button.module.css';

export interface ButtonLook {
  /** `primary`: the one main action of a view. */
  readonly look?: 'primary' | 'second' | 'quiet' | 'danger';
  readonly size?: 'normal' | 'small';
  /** As wide as its parent. */
  readonly wide?: boolean;
  /** Holds an icon only: say in `aria-label` what it does. */
  readonly square?: boolean;
}

/** The classes of a button, for what looks like one. */
export function buttonClass({ look = 'second', size, wide, square }: ButtonLook, more?: string): string {
  return classes(
    styles.button,
    styles[look],
    size === 'small' && styles.small,
    wide && styles.wide,
    square && styles.square,
    more,
  );
}

type ButtonProps = ButtonLook &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> & {
    /** Pressed already: the label says what is going on, and further presses do nothing. */
    readonly working?: boolean;
    /** It cannot be pressed; it can still be reached, so that a screen reader finds it. */
    readonly disabled?: boolean;
  };

/** Something to press. A `type` other than `button` has to be said. */
export function Button({
  look,
  size,
  wide,
  square,
  working,
  disabled,
  className,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const isOff = disabled || working;
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({ look, size, wide, square }, className)}
      aria-disabled={isOff || undefined}
      aria-busy={working || undefined}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {working && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A link of the app that looks like a button. */
export function LinkButton({
  href,
  children,
  className,
  label,
  ...look
}: ButtonLook & {
  readonly href: string;
  readonly children: ReactNode;
  readonly className?: string;
  /** What it does, where it holds an icon only. */
  readonly label?: string;
}) {
  return (
    <Link href={href} className={buttonClass(look, className)} aria-label={label}>
      {children}
    </Link>
  );
}
