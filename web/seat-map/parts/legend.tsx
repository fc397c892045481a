import { memo, useSyncExternalStore } from 'react';
import { textsOf } from '../../texts/texts.ts';
import { useSession } from '../choice/use-session.ts';
import { type CategoryColours, readPalette } from '../engine/palette.ts';
import { followTheme, themeNow } from '../engine/theme.ts';
import styles from './map.module.css';

/** The colours of a category, also after the theme has changed. */
export function useCategoryColours(category: number): CategoryColours {
  const { offers } = useSession();
  useSyncExternalStore(followTheme, themeNow);
  return readPalette(offers.looks).categories[category] ?? { fill: '', on: '', pale: '', onPale: '' };
}

export function Swatch({ category }: { readonly category: number }) {
  const { fill } = useCategoryColours(category);
  return <span className={styles.swatch} style={{ background: fill }} aria-hidden="true" />;
}

/** What sections look like, while sections are shown. */
export const MapLegend = memo(() => {
  const { legend } = textsOf('seat-map');
  const { fill, pale } = useCategoryColours(0);
  const shape = { x: 1.75, y: 3.75, width: 14.5, height: 10.5, rx: 2.5, strokeWidth: 1.5 };
  return (
    <div className={`${styles.corner} ${styles.legend}`} data-over-map>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <rect {...shape} fill={fill} stroke={fill} />
        </svg>
        {legend.many}
      </span>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <rect {...shape} fill={pale} stroke={fill} />
        </svg>
        {legend.few}
      </span>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <rect {...shape} fill="none" stroke="var(--map-block-line)" />
        </svg>
        {legend.none}
      </span>
    </div>
  );
});

/** What seats look like, in the tray. */
export function SeatLegend() {
  const { legend } = textsOf('seat-map');
  const { hall } = useSession();
  const { fill } = useCategoryColours(0);
  return (
    <div className={styles.legend}>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <circle cx="9" cy="9" r="7" fill={fill} />
        </svg>
        {legend.free}
      </span>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <circle cx="9" cy="9" r="8" fill="none" stroke="var(--seat-halo)" strokeWidth="2" />
          <circle cx="9" cy="9" r="6.5" fill="var(--seat-chosen)" />
          <path
            d="m6 9.2 2.2 2.2 3.9-4.4"
            fill="none"
            stroke="var(--seat-on-chosen)"
            strokeWidth="1.8"
            strokeLinecap="round"
          />
        </svg>
        {legend.yours}
      </span>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <circle cx="9" cy="9" r="6" fill="none" stroke="var(--seat-held)" strokeWidth="1.6" strokeDasharray="2.7 2" />
        </svg>
        {legend.held}
      </span>
      <span>
        <svg viewBox="0 0 18 18" aria-hidden="true">
          <circle cx="9" cy="9" r="2.8" fill="var(--seat-gone)" />
        </svg>
        {legend.gone}
      </span>
      {hall?.kind.some((kind) => kind !== 0) && (
        <span>
          <svg viewBox="0 0 18 18" aria-hidden="true">
            <rect x="2.5" y="2.5" width="13" height="13" rx="3" fill={fill} />
          </svg>
          {legend.special}
        </span>
      )}
    </div>
  );
}
