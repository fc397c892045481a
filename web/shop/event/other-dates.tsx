import { Link } from 'wouter';
import type { SearchPageAnswer } from '../../../src/contract/search.ts';
import { useApi } from '../../api/queries.ts';
import { date, money } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './event.module.css';

const datesMax = 30;

/** The other dates of the same show. They come after the page: nothing is there if there are none, or no answer. */
export function OtherDates({ seriesId, eventId }: { readonly seriesId: number; readonly eventId: number }) {
  const texts = textsOf('event');
  const { data } = useApi<SearchPageAnswer>(`/api/search?seriesId=${seriesId}&limit=${datesMax}`);
  const others = data?.items.filter((show) => show.eventId !== eventId) ?? [];
  if (others.length === 0) return null;
  return (
    <section className={styles.part}>
      <h2>{texts.otherDates}</h2>
      <ul className={styles.dates}>
        {others.map((show) => (
          <li key={show.eventId}>
            <Link href={paths.event(show.eventId, show.slug)} className={styles.date}>
              <span>
                <b>
                  {date(show.startsAt, show.timeZone, 'medium')} · {date(show.startsAt, show.timeZone, 'time')}
                </b>{' '}
                <span className="small quiet" dir="auto">
                  {show.city ?? show.venue}
                </span>
              </span>
              <span className="small quiet">{saleOf(show)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );

  function saleOf({ availability, fromPrice, currency, onSaleFrom, timeZone }: SearchPageAnswer['items'][number]) {
    const { states } = texts;
    if (availability === 'sold out') return states.soldOut;
    if (availability === 'cancelled') return states.calledOff;
    if (availability === 'postponed') return states.postponed;
    if (availability === 'off sale') return states.closed;
    if (availability === 'not on sale yet' && onSaleFrom) return states.notYet(date(onSaleFrom, timeZone, 'short'));
    if (fromPrice === null) return '';
    const price = fromPrice === 0 ? texts.free : texts.from(money(fromPrice, currency));
    return availability === 'few left' ? `${states.fewLeft} · ${price}` : price;
  }
}
