import { Badge } from '../../parts/badge/badge.tsx';
import { classes } from '../../parts/classes.ts';
import { clock } from '../../texts/format.ts';
import type { TypeRow } from '../../texts/show/sale-words.ts';
import { textsOf } from '../../texts/texts.ts';
import styles from './event.module.css';

/** A ticket type: its colour on the map, its price with everything in it, its rates, and how many are left. */
export function TypeItem({
  type,
  now,
  colour,
}: {
  readonly type: TypeRow;
  readonly now: number;
  /** The colour that the plan has for it, once that is known. */
  readonly colour?: string | undefined;
}) {
  const isOff = !['on sale', 'few left'].includes(type.state);
  return (
    <div className={classes(styles.type, isOff && styles.off)}>
      <div className={styles.typeTop}>
        <h3>
          <span
            className={classes(styles.swatch, styles[`rank${type.rank}`])}
            style={colour && !isOff ? { background: colour } : undefined}
          />
          <bdi>{type.name}</bdi>
        </h3>
        <span className={styles.price}>{type.price}</span>
      </div>
      <div className={styles.typeLine}>
        <Rates type={type} />
        <span className={classes(styles.number, type.state === 'few left' && styles.few)}>{type.words}</span>
        {type.state === 'held' && <span className={styles.number}>{returning(type.returnsAt, now)}</span>}
      </div>
      {type.description && (
        <p className={styles.small} dir="auto">
          {type.description}
        </p>
      )}
      {type.isByCode && (
        <span>
          <Badge tone="volt">{textsOf('event').withCode}</Badge>
        </span>
      )}
    </div>
  );
}

function Rates({ type }: { readonly type: TypeRow }) {
  if (type.state === 'held') return null;
  if (type.allRates.length === 0) return <bdi>{type.rates}</bdi>;
  return (
    <details className={styles.rates}>
      <summary>{type.rates}</summary>
      <ul>
        {type.allRates.map(({ name, price, rule }) => (
          <li key={name}>
            <span>
              <bdi>{name}</bdi> <span className="faint">{rule}</span>
            </span>
            <span className={styles.number}>{price}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function returning(at: number | null, now: number): string {
  const texts = textsOf('event');
  if (at === null) return '';
  return at > now ? texts.nextMayReturn(clock((at - now) / 1_000)) : texts.soonMayReturn;
}
