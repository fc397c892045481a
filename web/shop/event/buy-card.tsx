import { Armchair, ArrowRight, Map as MapIcon, Ticket } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { EventBody } from '../../../src/contract/catalog.ts';
import type { LiveFrame } from '../../../src/contract/live.ts';
import { Badge } from '../../parts/badge/badge.tsx';
import { Button, LinkButton } from '../../parts/button/button.tsx';
import { classes } from '../../parts/classes.ts';
import { clock } from '../../texts/format.ts';
import type { SaleWords } from '../../texts/show/sale-words.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import { CodeForm } from './code-form.tsx';
import styles from './event.module.css';
import type { Connection } from './follow-sale.ts';
import { TypeItem } from './type-item.tsx';
import type { ShowCode } from './use-code.ts';

const Peek = lazy(() => import('./peek.tsx'));

/** What is sold, at which price, how much of it is left, and the one button. */
export function BuyCard({
  event,
  sale,
  now,
  connection,
  code,
  onFrame,
}: {
  readonly event: EventBody;
  readonly sale: SaleWords;
  readonly now: number;
  readonly connection: Connection;
  readonly code: ShowCode;
  onFrame(listener: (frame: LiveFrame) => void): () => void;
}) {
  const texts = textsOf('event');
  const [colours, setColours] = useState<ReadonlyMap<number, string>>(new Map());
  const hasPainted = useAfterPaint();
  const isSeated = event.seatingPlanId !== null;
  const FreeIcon = isSeated ? MapIcon : Ticket;
  const free = sale.freeWords && (
    <Badge tone="solid" className={styles.seatsFree}>
      <FreeIcon aria-hidden="true" />
      {sale.freeWords}
    </Badge>
  );
  return (
    <section className={styles.buy} aria-label={texts.tickets}>
      <header className={styles.buyHead}>
        <h2>{texts.tickets}</h2>
        <LiveDot connection={connection} />
      </header>
      {isSeated ? (
        <Link
          className={styles.peek}
          href={paths.seats(event.eventId)}
          aria-label={[texts.lookAtMap, sale.freeWords].filter(Boolean).join(', ')}
        >
          {hasPainted && (
            <Suspense>
              <Peek event={event} onFrame={onFrame} onColours={setColours} />
            </Suspense>
          )}
          {free}
        </Link>
      ) : (
        <div className={classes(styles.peek, styles.plain)}>
          <span>{texts.noSeats}</span>
          {free}
        </div>
      )}
      {sale.types.map((type) => (
        <TypeItem key={type.id} type={type} now={now} colour={colours.get(type.id)} />
      ))}
      <footer className={styles.foot}>
        <ChooseButton event={event} sale={sale} className={styles.choose} wide />
        {sale.why && (
          <p className={styles.why} role="status">
            {sale.why}
          </p>
        )}
        {sale.opensAt !== null && (
          <p className={styles.countdown}>
            <Countdown to={sale.opensAt} now={now} />
          </p>
        )}
        <p className={styles.small}>{sale.terms}</p>
        {!['called off', 'over', 'closed'].includes(sale.state) && <CodeForm code={code} />}
      </footer>
    </section>
  );
}

/** On phones: what it costs and the button, in the thumb's reach. */
export function BottomBar({ event, sale }: { readonly event: EventBody; readonly sale: SaleWords }) {
  return (
    <aside className={styles.bottom} aria-label={textsOf('event').buyLabel}>
      <div>
        <b>{sale.from}</b>
        <div className="tiny faint numeric">{sale.leftWords}</div>
      </div>
      <ChooseButton event={event} sale={sale} />
    </aside>
  );
}

function ChooseButton({
  event,
  sale,
  className,
  wide,
}: {
  readonly event: EventBody;
  readonly sale: SaleWords;
  readonly className?: string | undefined;
  readonly wide?: boolean;
}) {
  const Icon = event.seatingPlanId === null ? ArrowRight : Armchair;
  const label = (
    <>
      {wide && <Icon size={20} aria-hidden="true" />}
      {sale.action}
    </>
  );
  if (sale.state === 'open') {
    return (
      <LinkButton href={paths.seats(event.eventId)} look="primary" {...(wide && { wide, className: className! })}>
        {label}
      </LinkButton>
    );
  }
  return (
    <Button look="primary" disabled {...(wide && { wide })} className={className} title={sale.why}>
      {label}
    </Button>
  );
}

/** The time until a moment by the server's clock, as it ticks. */
function Countdown({ to, now }: { readonly to: number | null; readonly now: number }) {
  const texts = textsOf('event');
  if (to === null || to <= now) return null;
  const seconds = (to - now) / 1_000;
  const days = Math.floor(seconds / 86_400);
  const rest = clock(seconds % 86_400);
  return <span className={styles.number}>{texts.opensIn(days > 0 ? texts.days(days, rest) : rest)}</span>;
}

function LiveDot({ connection }: { readonly connection: Connection }) {
  const texts = textsOf('event');
  return (
    <span className={styles.live} title={texts.liveSentence[connection]}>
      <span className={classes(styles.dot, connection === 'live' && styles.isLive)} aria-hidden="true" />
      {texts.live[connection]}
      <span className="spoken">{texts.liveSentence[connection]}</span>
    </span>
  );
}

/** Whether the page has been seen: what is rich loads after that. */
function useAfterPaint(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setHas(true), 100);
    return () => clearTimeout(timer);
  }, []);
  return has;
}
