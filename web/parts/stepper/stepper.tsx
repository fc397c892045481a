import { Minus, Plus } from 'lucide-react';
import styles from './stepper.module.css';

/** A small number by two buttons. `fewer` and `more` say what they do: "One Adult less". */
export function Stepper({
  value,
  min = 0,
  max,
  label,
  fewer,
  more,
  onChange,
}: {
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly label: string;
  readonly fewer: string;
  readonly more: string;
  onChange(value: number): void;
}) {
  const step = (by: number, isOff: boolean) => () => isOff || onChange(value + by);
  return (
    <fieldset className={styles.stepper} aria-label={label}>
      <button type="button" aria-label={fewer} aria-disabled={value <= min} onClick={step(-1, value <= min)}>
        <Minus aria-hidden="true" />
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" aria-label={more} aria-disabled={value >= max} onClick={step(1, value >= max)}>
        <Plus aria-hidden="true" />
      </button>
    </fieldset>
  );
}
