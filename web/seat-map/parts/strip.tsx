import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { LinkButton } from '../../parts/button/button.tsx';
import { Poster } from '../../parts/poster/poster.tsx';
import { textsOf } from '../../texts/texts.ts';
import { useSeatMap } from '../choice/use-session.ts';
import styles from './chooser.module.css';

/** The head of the view: the way back, what it is for, how fresh it is. */
export function Strip({
  back,
  title,
  type,
  when,
  children,
}: {
  readonly back: string;
  readonly title: string;
  readonly type: string;
  readonly when: string;
  readonly children: ReactNode;
}) {
  const texts = textsOf('seat-map');
  return (
    <header className={styles.strip}>
      <LinkButton href={back} look="quiet" size="small" square>
        <ChevronLeft aria-hidden="true" />
        <span className="spoken">{texts.back}</span>
      </LinkButton>
      <Poster className={styles.poster} title={title} type={type} form="plain" />
      <div className={styles.what}>
        <h1 className={styles.cut}>{title}</h1>
        <p className={`small quiet ${styles.cut}`}>{when}</p>
      </div>
      <LiveDot />
      {children}
    </header>
  );
}

function LiveDot() {
  const { connection: words } = textsOf('seat-map');
  const connection = useSeatMap((state) => state.connection);
  return (
    <span className={`tiny quiet ${styles.live}`} data-state={connection} role="status">
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.liveWords}>{words[connection]}</span>
    </span>
  );
}
