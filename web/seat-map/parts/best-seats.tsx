import { Sparkles } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { Stepper } from '../../parts/stepper/stepper.tsx';
import { list } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import styles from './panel.module.css';
import { proposeBest, takeProposal, useProposal } from './use-best-seats.ts';

/** How many, where: what the house would choose, shown before it is taken. */
export function BestSeats() {
  const session = useSession();
  const { best: texts } = textsOf('seat-map');
  const [count, setCount] = useState(2);
  const [typeId, setType] = useState<number | null>(null);
  const [isAccessible, setAccessible] = useState(false);
  const { error, isAsking, sum, isTogether } = useProposal();
  const proposed = useSeatMap((state) => state.proposed);
  const words = seatWords(session);
  const seated = session.offers.all.filter(({ categories }) => categories.length > 0);
  const hasSpecial = session.hall!.kind.some((kind) => kind !== 0);
  return (
    <section className={styles.best} aria-labelledby="best-title">
      <div className={styles.between}>
        <h2 id="best-title" className={styles.title}>
          {texts.title}
        </h2>
        <Stepper
          value={count}
          min={1}
          max={session.event.limitPerReservation}
          label={texts.many}
          fewer={texts.fewer}
          more={texts.more}
          onChange={setCount}
        />
      </div>
      <div className={styles.find}>
        <select
          aria-label={texts.where}
          className={styles.where}
          value={typeId ?? ''}
          onChange={({ target }) => setType(target.value === '' ? null : Number(target.value))}
        >
          <option value="">{texts.anywhere}</option>
          {seated.map((offer) => (
            <option key={offer.typeId} value={offer.typeId}>
              {offer.name}
            </option>
          ))}
        </select>
        <Button
          className={styles.findButton}
          size="small"
          working={isAsking}
          onClick={() => void proposeBest(session, { count, typeId, isAccessible })}
        >
          <Sparkles aria-hidden="true" />
          {texts.find}
        </Button>
      </div>
      {hasSpecial && (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={isAccessible}
            onChange={({ target }) => {
              setAccessible(target.checked);
              session.store.setState({ onlyAccessible: target.checked });
            }}
          />
          {texts.accessible}
        </label>
      )}
      {error !== null && proposed.length === 0 && (
        <p className="small" role="status">
          {texts.none}
        </p>
      )}
      {proposed.length > 0 && (
        <Notice
          role="status"
          tone="info"
          title={texts.found(list(proposed.map(words.short)), words.price(sum))}
          actions={
            <>
              <Button size="small" onClick={() => takeProposal(session)}>
                {texts.take(proposed.length)}
              </Button>
              <Button size="small" look="quiet" onClick={() => session.store.setState({ proposed: [] })}>
                {texts.no}
              </Button>
            </>
          }
        >
          {isTogether ? texts.together : texts.apart}
        </Notice>
      )}
    </section>
  );
}
