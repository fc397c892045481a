import { Accessibility } from 'lucide-react';
import { memo, useMemo } from 'react';
import { textsOf } from '../../texts/texts.ts';
import { seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import { Swatch } from './legend.tsx';
import styles from './map.module.css';

/** Categories with their prices: legend and filter at once. Drawn again when the filter changes, not when the map does. */
export const Chips = memo(() => {
  const session = useSession();
  const texts = textsOf('seat-map');
  const wanted = useSeatMap((state) => state.wanted);
  const onlyAccessible = useSeatMap((state) => state.onlyAccessible);
  const hall = session.hall!;
  const { price } = useMemo(() => seatWords(session), [session]);
  const hasSpecial = useMemo(() => hall.kind.some((kind) => kind !== 0), [hall]);
  const seated = session.offers.all.flatMap((offer) => offer.categories.map((category) => ({ offer, category })));
  const toggle = (category: number) => {
    const next = new Set(wanted);
    if (!next.delete(category)) next.add(category);
    session.store.setState({ wanted: next });
  };
  return (
    <fieldset className={styles.chips} aria-label={texts.filter} data-over-map>
      {seated.map(({ offer, category }) => (
        <button
          key={category}
          type="button"
          className={styles.price}
          aria-pressed={wanted.has(category)}
          onClick={() => toggle(category)}
        >
          <Swatch category={category} />
          {hall.categories[category]!.name} <b className="numeric">{price(offer.price)}</b>
        </button>
      ))}
      {hasSpecial && (
        <button
          type="button"
          className={styles.price}
          aria-pressed={onlyAccessible}
          onClick={() => session.store.setState({ onlyAccessible: !onlyAccessible })}
        >
          <Accessibility aria-hidden="true" />
          {texts.accessible}
        </button>
      )}
    </fieldset>
  );
});
