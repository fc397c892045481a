import { classes } from '../classes.ts';
import styles from './skeleton.module.css';

/** The place of something that loads; `className` gives it the shape of what will be there. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span className={classes(styles.skeleton, className)} aria-hidden="true" />;
}
