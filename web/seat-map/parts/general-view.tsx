import { textsOf } from '../../texts/texts.ts';
import { useSession } from '../choice/use-session.ts';
import styles from './chooser.module.css';
import { GeneralSteppers } from './general-steppers.tsx';

/** A show without seats: its tickets by steppers. */
export function GeneralView() {
  const { offers } = useSession();
  const texts = textsOf('seat-map');
  return (
    <section className={styles.general} aria-label={texts.titleGeneral}>
      <h2 className="spoken">{texts.titleGeneral}</h2>
      {offers.general.length === 0 ? <p>{texts.notOnSale}</p> : <GeneralSteppers />}
    </section>
  );
}
