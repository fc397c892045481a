import { Stepper } from '../../parts/stepper/stepper.tsx';
import { money } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { countOf, generalKey, withGeneral } from '../choice/choice.ts';
import { rateName, useSeatMap, useSession } from '../choice/use-session.ts';
import styles from './panel.module.css';

/** Places without a seat: so many of each type and rate. */
export function GeneralSteppers() {
  const session = useSession();
  const { general: texts, free: freeWords } = textsOf('seat-map');
  const choice = useSeatMap((state) => state.choice);
  const free = useSeatMap((state) => state.free);
  const { offers, store, event } = session;
  return offers.general.map((offer) => {
    const left = free.get(offer.typeId) ?? 0;
    const taken = offer.rates.reduce(
      (sum, rate) => sum + (choice.general.get(generalKey(offer.typeId, rate.name)) ?? 0),
      0,
    );
    return (
      <div key={offer.typeId} className={styles.type}>
        <div className={styles.between}>
          <h3 className={styles.title}>{offer.name}</h3>
          <span className="small quiet numeric">{left > 0 ? freeWords(left) : texts.soldOut}</span>
        </div>
        {offer.description && <p className="small quiet">{offer.description}</p>}
        {offer.rates.map((rate) => {
          const key = generalKey(offer.typeId, rate.name);
          const value = choice.general.get(key) ?? 0;
          const max = Math.min(
            rate.limit ?? Number.POSITIVE_INFINITY,
            value + left - taken,
            value + choice.max - countOf(choice),
          );
          const name = rateName(rate.name);
          return (
            <div key={rate.name} className={styles.rateLine}>
              <span className={styles.name}>{name}</span>
              <b className="numeric">{money(rate.price, event.currency)}</b>
              <Stepper
                value={value}
                max={Math.max(value, max)}
                label={texts.label(offer.name, name)}
                fewer={texts.fewer(name)}
                more={texts.more(name)}
                onChange={(next) => store.setState({ choice: withGeneral(choice, key, next) })}
              />
            </div>
          );
        })}
      </div>
    );
  });
}
