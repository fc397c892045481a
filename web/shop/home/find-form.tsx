import { Calendar, MapPin, Search } from 'lucide-react';
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { SearchPlacesAnswer } from '../../../src/contract/search.ts';
import { Button } from '../../parts/button/button.tsx';
import { textsOf } from '../../texts/texts.ts';
import styles from './home.module.css';
import { periods, type SearchState } from './search-state.ts';

const Suggestions = lazy(() => import('./suggestions.tsx'));

interface FindFormProps {
  readonly state: SearchState;
  onFind(changes: Partial<SearchState>): void;
}

/** What, where and when. Suggestions load with the first focus. */
export function FindForm({ state, cities, onFind }: FindFormProps & { readonly cities: SearchPlacesAnswer['cities'] }) {
  const { find } = textsOf('home');
  const [term, setTerm] = useState(state.q);
  const [where, setWhere] = useState(state.where);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // Whoever goes back sees what was looked for there.
  useEffect(() => setTerm(state.q), [state.q]);
  useEffect(() => setWhere(state.where), [state.where]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen(false);
    onFind({ q: term.trim(), where: where.trim(), performer: '', venue: '' });
  };
  return (
    <search>
      <form className={styles.find} action="/" aria-label={find.label} onSubmit={submit}>
        <label className={styles.cell}>
          <Search aria-hidden="true" />
          <span>{find.what}</span>
          <input
            ref={input}
            type="search"
            name="q"
            value={term}
            maxLength={200}
            placeholder={find.whatHint}
            autoComplete="off"
            enterKeyHint="search"
            role="combobox"
            aria-expanded={isOpen}
            aria-controls="suggestions"
            aria-autocomplete="list"
            onChange={(event) => {
              setTerm(event.target.value);
              setOpen(true);
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
          />
        </label>
        <label className={styles.cell}>
          <MapPin aria-hidden="true" />
          <span>{find.where}</span>
          <input
            name="where"
            value={where}
            maxLength={100}
            placeholder={state.near ? textsOf('home').nearMe : find.whereHint}
            autoComplete="off"
            list="cities"
            onChange={(event) => setWhere(event.target.value)}
            onBlur={() => where.trim() !== state.where && onFind({ where: where.trim(), near: '' })}
          />
        </label>
        <WhenField state={state} onFind={onFind} />
        <Button type="submit" look="primary" className={styles.submit}>
          <Search size={20} aria-hidden="true" />
          <span>{find.submit}</span>
        </Button>
        <datalist id="cities">
          {cities.map(({ city }) => (
            <option key={city} value={city} />
          ))}
        </datalist>
        {isOpen && term.trim() !== '' && (
          <Suspense>
            <Suggestions
              term={term}
              input={input}
              onChoose={(changes) => {
                setOpen(false);
                onFind({ q: '', performer: '', venue: '', ...changes });
              }}
            />
          </Suspense>
        )}
      </form>
    </search>
  );
}

/** On which days. */
export function WhenField({ state, onFind }: FindFormProps) {
  const { find, dates } = textsOf('home');
  const isDay = /^\d{4}-/.test(state.when);
  return (
    <label className={styles.cell}>
      <Calendar aria-hidden="true" />
      <span>{find.when}</span>
      <select name="when" value={state.when} onChange={(event) => onFind({ when: event.target.value })}>
        <option value="">{dates.any}</option>
        {periods.map((period) => (
          <option key={period} value={period}>
            {dates[period]}
          </option>
        ))}
        {isDay && <option value={state.when}>{dates.day(state.when)}</option>}
      </select>
    </label>
  );
}
