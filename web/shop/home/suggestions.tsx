import { Building2, MapPin, Ticket, User } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { SuggestionItem, SuggestionsAnswer } from '../../../src/contract/search.ts';
import { useApi } from '../../api/queries.ts';
import { date } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './home.module.css';
import type { SearchState } from './search-state.ts';

const icons = { show: Ticket, performer: User, venue: Building2, city: MapPin };
/** Nobody reads what comes between two letters typed fast. */
const pauseMs = 120;

/** What the server proposes while somebody types: a list box that the input keeps the focus of. Arrows choose, Enter takes, Escape closes. */
export default function Suggestions({
  term,
  input,
  onChoose,
}: {
  readonly term: string;
  readonly input: RefObject<HTMLInputElement | null>;
  onChoose(changes: Partial<SearchState>): void;
}) {
  const { find } = textsOf('home');
  const [, go] = useLocation();
  const asked = useDelayed(term.trim());
  const answer = useApi<SuggestionsAnswer>(`/api/search/suggestions?${new URLSearchParams({ term: asked })}`);
  const items = answer.data?.items ?? [];
  const [at, setAt] = useState(-1);
  useEffect(() => setAt(-1), [asked]);

  const take = (item: SuggestionItem) => {
    if (item.kind === 'show') go(paths.event(item.eventId!, item.slug));
    else if (item.kind === 'city') onChoose({ where: item.text, near: '' });
    else if (item.kind === 'venue') onChoose({ venue: String(item.venueId), q: item.text });
    else onChoose({ performer: String(item.performerId), q: item.text });
  };
  const keys = useRef<(event: KeyboardEvent) => void>(undefined);
  keys.current = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((now) => Math.max(-1, Math.min(items.length - 1, now + step)));
    } else if (event.key === 'Enter' && items[at]) {
      event.preventDefault();
      take(items[at]);
    } else if (event.key === 'Escape') input.current?.blur();
  };
  useEffect(() => {
    const element = input.current;
    const listen = (event: KeyboardEvent) => keys.current?.(event);
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  }, [input]);
  useEffect(() => {
    if (at < 0) input.current?.removeAttribute('aria-activedescendant');
    else input.current?.setAttribute('aria-activedescendant', `suggestion-${at}`);
  }, [at, input]);

  return (
    <>
      <span className="spoken" role="status">
        {answer.data && find.suggested(items.length)}
      </span>
      {items.length > 0 && (
        <div id="suggestions" role="listbox" aria-label={find.suggestions} className={styles.suggestions}>
          {items.map((item, i) => {
            const Icon = icons[item.kind as keyof typeof icons];
            return (
              <div
                key={`${item.kind} ${item.text} ${item.eventId ?? ''}`}
                id={`suggestion-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === at}
                className={styles.suggestion}
                // Before the input loses the focus, and with it the list.
                onPointerDown={(event) => {
                  event.preventDefault();
                  take(item);
                }}
              >
                <Icon aria-hidden="true" />
                <span dir="auto">{item.text}</span>
                <span className="faint tiny">{aboutIt(item) || find.kinds[item.kind as keyof typeof find.kinds]}</span>
              </div>
            );
          })}
        </div>
      )}
    </>
  );
}

function aboutIt({ startsAt, timeZone, city, venue }: SuggestionItem): string {
  const day = startsAt && timeZone ? date(startsAt, timeZone, 'short') : undefined;
  return [day, city ?? venue].filter(Boolean).join(' · ');
}

function useDelayed(value: string): string {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return late;
}
