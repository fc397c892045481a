import { CalendarDays, MapPin, MicVocal, RefreshCw, Store } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { EventBody } from '../../../src/contract/catalog.ts';
import { date, isElsewhere, ownTimeZone } from '../../texts/format.ts';
import type { ShowWords } from '../../texts/show/show-words.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './event.module.css';

/** When, where, who, and what happens with tickets that are not wanted after all. */
export function Facts({ event, words }: { readonly event: EventBody; readonly words: ShowWords }) {
  const texts = textsOf('event');
  const { organizer } = event;
  return (
    <div className={styles.facts}>
      <Fact icon={<CalendarDays aria-hidden="true" />} title={words.when}>
        {words.whenBefore && (
          <p>
            {texts.when.before} <s>{words.whenBefore}</s>
          </p>
        )}
        {words.doors && <p>{words.doors}</p>}
        <p>{zoneWords(event, words.zonePlace)}</p>
      </Fact>
      <Fact icon={<MapPin aria-hidden="true" />} title={<bdi>{words.where}</bdi>}>
        <p>
          <bdi>{words.address}</bdi>
          {words.address && ' · '}
          <a href={words.map} target="_blank" rel="noreferrer">
            {texts.where.map}
          </a>
        </p>
      </Fact>
      {words.performers && (
        <Fact icon={<MicVocal aria-hidden="true" />} title={<bdi>{words.performers}</bdi>}>
          <p>{texts.performers}</p>
        </Fact>
      )}
      {event.status !== 'cancelled' && (
        <Fact icon={<RefreshCw aria-hidden="true" />} title={words.giveBack.title}>
          <p>{words.giveBack.text}</p>
        </Fact>
      )}
      <Fact
        icon={<Store aria-hidden="true" />}
        title={
          <Link href={paths.organizer(organizer.slug)}>
            <bdi>{texts.seller.title(organizer.name)}</bdi>
          </Link>
        }
      >
        <p>{texts.seller.text}</p>
      </Fact>
    </div>
  );
}

function Fact({
  icon,
  title,
  children,
}: {
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.fact}>
      <span className={styles.icon}>{icon}</span>
      <div>
        <b>{title}</b>
        {children}
      </div>
    </div>
  );
}

/** By which clock the times are, and what the clock here shows then. */
function zoneWords({ startsAt, timeZone, status }: EventBody, place: string): string {
  const { when } = textsOf('event');
  if (!isElsewhere(startsAt, timeZone)) return when.alsoYours(place);
  if (status === 'postponed') return when.zone(place);
  const isSameDay = date(startsAt, timeZone, 'short') === date(startsAt, ownTimeZone(), 'short');
  const time = date(startsAt, ownTimeZone(), 'time');
  return when.yours(place, isSameDay ? time : `${date(startsAt, ownTimeZone(), 'short')} ${time}`);
}
