import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { Button } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { count } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { Pass } from './pass.tsx';
import styles from './passes.module.css';

/** The tickets of an order, one a page: swiped, or paged by arrows; on paper all of them. */
export function Passes({ order }: { readonly order: BookingAnswer }) {
  const texts = textsOf('tickets').pager;
  const track = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  // Those that let somebody in come first.
  const tickets = [...order.tickets].sort((a, b) => Number(b.code !== null) - Number(a.code !== null));
  const ids = tickets.map(({ ticketId }) => ticketId).join();
  // What was given back moves to the end: who looks at it is elsewhere then.
  useEffect(() => {
    const element = track.current;
    if (!element) return;
    const watch = new IntersectionObserver(
      (entries) => {
        const seen = entries.find(({ isIntersecting }) => isIntersecting);
        if (seen) setAt([...element.children].indexOf(seen.target));
      },
      { root: element, threshold: 0.6 },
    );
    for (const child of element.children) watch.observe(child);
    return () => watch.disconnect();
  }, [ids]);
  const go = (to: number) => {
    track.current?.children[to]?.scrollIntoView({ block: 'nearest', inline: 'center' });
    setAt(to);
  };
  const last = tickets.length - 1;
  return (
    <div>
      <ul ref={track} className={styles.track} tabIndex={last > 0 ? 0 : undefined} aria-label={texts.all}>
        {tickets.map((ticket, i) => (
          <li key={ticket.ticketId} className={styles.slot} inert={i !== at}>
            <Pass order={order} ticket={ticket} of={texts.ticketOf(i + 1, tickets.length)} />
          </li>
        ))}
      </ul>
      {last > 0 && (
        <div className={styles.pager}>
          <Button
            look="quiet"
            size="small"
            square
            disabled={at === 0}
            aria-label={texts.before}
            onClick={() => go(Math.max(0, at - 1))}
          >
            <ChevronLeft size={18} aria-hidden="true" />
          </Button>
          {tickets.length <= 8 &&
            tickets.map(({ ticketId }, i) => (
              <span key={ticketId} className={classes(styles.dot, i === at && styles.on)} aria-hidden="true" />
            ))}
          <Button
            look="quiet"
            size="small"
            square
            disabled={at === last}
            aria-label={texts.next}
            onClick={() => go(Math.min(last, at + 1))}
          >
            <ChevronRight size={18} aria-hidden="true" />
          </Button>
          <span className="small quiet numeric" role="status">
            {texts.of(count(at + 1), count(tickets.length))}
          </span>
        </div>
      )}
    </div>
  );
}
