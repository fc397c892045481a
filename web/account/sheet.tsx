import type { ReactNode } from 'react';
import { Frame, useTitle } from '../shop/frame/frame.tsx';
import styles from './sheet.module.css';

/** A page with one form on it. */
export function Sheet({
  title,
  lead,
  children,
  foot,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}) {
  useTitle(title);
  return (
    <Frame>
      <div className={`page ${styles.page}`}>
        <div className={styles.sheet}>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className="quiet">{lead}</p>}
          {children}
          {foot && <div className={`small ${styles.foot}`}>{foot}</div>}
        </div>
      </div>
    </Frame>
  );
}
