import { useEffect, useState } from 'react';
import { classes } from '../classes.ts';
import styles from './qr.module.css';

type Drawing = ReturnType<typeof import('./draw-qr.ts').drawQr>;

/** Modules of white that scanners need around a code. */
const margin = 4;

/** A code to scan: black on white in the dark, too. What draws it is loaded when the first one is shown. */
export function Qr({
  text,
  label,
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly className?: string | undefined;
}) {
  const [drawn, setDrawn] = useState<(Drawing & { readonly of: string }) | null>(null);
  useEffect(() => {
    let isGone = false;
    void import('./draw-qr.ts').then(({ drawQr }) => {
      if (!isGone) setDrawn({ ...drawQr(text), of: text });
    });
    return () => {
      isGone = true;
    };
  }, [text]);
  const shown = drawn?.of === text ? drawn : null;
  const side = (shown?.size ?? 0) + 2 * margin;
  return (
    <span className={classes(styles.tile, className)} role="img" aria-label={label}>
      {shown && (
        <svg viewBox={`${-margin} ${-margin} ${side} ${side}`} shapeRendering="crispEdges" aria-hidden="true">
          <path d={shown.path} fill="currentColor" />
        </svg>
      )}
    </span>
  );
}
