import { memo, useMemo } from 'react';
import { drawPoster, type PosterRequest } from '../../../src/kernel/poster.ts';
import { classes } from '../classes.ts';
import styles from './poster.module.css';

/**
 * The generated picture of a show. Decoration: whoever cannot see it misses nothing. The server draws the same one into the pages that it begins, by the
 * same function and the classes of this part.
 */
export const Poster = memo(function Poster({
  className,
  ...request
}: PosterRequest & { readonly className?: string | undefined }) {
  const { title, type, note, form, look } = request;
  const html = useMemo(
    () => ({ __html: drawPoster({ title, type, note, form, look } as PosterRequest) }),
    [title, type, note, form, look],
  );
  return <span className={classes(styles.frame, className)} aria-hidden="true" dangerouslySetInnerHTML={html} />;
});
