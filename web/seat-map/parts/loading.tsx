import { Skeleton } from '../../parts/skeleton/skeleton.tsx';
import { textsOf } from '../../texts/texts.ts';
import styles from './chooser.module.css';

/** The frame of the view before it knows the show. */
export function Loading() {
  const { title } = textsOf('seat-map');
  return (
    <div className={styles.view} aria-busy="true">
      <header className={styles.strip}>
        <h1 className="spoken">{title}</h1>
        <Skeleton className={styles.loadingTitle ?? ''} />
      </header>
      <main className={styles.pick}>
        <div className={styles.map} />
        <div className={styles.panel} />
      </main>
    </div>
  );
}
