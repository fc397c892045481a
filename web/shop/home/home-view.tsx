import { SlidersHorizontal } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { SearchPlacesAnswer } from '../../../src/contract/search.ts';
import { ownMember } from '../../../src/kernel/own-member.ts';
import { useApi } from '../../api/queries.ts';
import { Button } from '../../parts/button/button.tsx';
import { Chip, Chips } from '../../parts/chip/chip.tsx';
import { classes } from '../../parts/classes.ts';
import { Notice } from '../../parts/notice/notice.tsx';
import { count } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { Frame, useTitle } from '../frame/frame.tsx';
import { paths } from '../paths.ts';
import { ShowList, ShowListSkeleton } from '../show-card/show-card.tsx';
import { FindForm, WhenField } from './find-form.tsx';
import styles from './home.module.css';
import { isAsking, noSearch, readSearch, type SearchState, writeSearch } from './search-state.ts';
import { useNearMe } from './use-near-me.ts';
import { useShows } from './use-shows.ts';

/** Home and search: the address is the state. */
export function HomeView() {
  const texts = textsOf('home');
  const search = useSearch();
  const [, go] = useLocation();
  const state = useMemo(() => readSearch(new URLSearchParams(search)), [search]);
  const find = (changes: Partial<SearchState>, replace = false) =>
    go(paths.home(writeSearch({ ...state, ...changes })), { replace });
  const near = useNearMe(state, (place) => find({ near: place }, true));
  const { shows, total, totalMore, didYouMean, query, end } = useShows(state);
  const places = useApi<SearchPlacesAnswer>('/api/search/places');
  // A chip for what nobody plays would lead nowhere.
  const types = places.data?.types.filter(({ type }) => ownMember(texts.types, type)) ?? [];
  const [hasSheet, setSheet] = useState(false);
  useTitle(state.q || (state.where ? `${texts.windowTitle} · ${state.where}` : texts.windowTitle));
  const headline = state.near ? texts.titleNear : state.where ? texts.titleIn(state.where) : texts.title;
  const sort = state.sort || (state.q.trim() ? 'relevance' : state.near ? 'distance' : 'date');
  const sorts = Object.entries(texts.sorts).filter(([name]) => {
    return (name !== 'relevance' || state.q.trim() !== '') && (name !== 'distance' || state.near !== '');
  });

  const sortOptions = sorts.map(([name, word]) => (
    <option key={name} value={name}>
      {word}
    </option>
  ));

  return (
    <Frame search={null}>
      <div className="page">
        <section className={styles.hero}>
          <h1 className={styles.headline}>{headline}</h1>
          <FindForm state={state} cities={places.data?.cities ?? []} onFind={find} />
        </section>
        <div className={styles.filters}>
          <div className={styles.chips}>
            <Chips label={texts.filters}>
              <span className="only-phone">
                <Chip pressed={hasSheet} aria-expanded={hasSheet} onClick={() => setSheet(!hasSheet)}>
                  <SlidersHorizontal size={16} aria-hidden="true" />
                  {texts.filters}
                </Chip>
              </span>
              <Chip pressed={!isAsking(state)} onClick={() => go(paths.home())}>
                {texts.all}
              </Chip>
              <Chip
                pressed={state.when === 'weekend'}
                onClick={() => find({ when: state.when === 'weekend' ? '' : 'weekend' })}
              >
                {texts.dates.weekend}
              </Chip>
              {types.map(({ type }) => (
                <Chip
                  key={type}
                  pressed={state.type === type}
                  onClick={() => find({ type: state.type === type ? '' : type })}
                >
                  {ownMember(texts.types, type)}
                </Chip>
              ))}
              <Chip
                pressed={state.near !== ''}
                onClick={() => find({ near: state.near ? '' : 'me', where: '', sort: '' })}
              >
                {texts.nearMe}
              </Chip>
              <Chip pressed={state.onSale} onClick={() => find({ onSale: !state.onSale })}>
                {texts.onSale}
              </Chip>
            </Chips>
          </div>
          <label className={classes(styles.sort, 'only-desk')}>
            <span className="faint">{texts.sort}</span>
            <select value={sort} onChange={(event) => find({ sort: event.target.value })}>
              {sortOptions}
            </select>
          </label>
        </div>
        {hasSheet && (
          <div className={classes(styles.sheet, 'only-phone')}>
            <label className={styles.cell}>
              <span>{texts.find.where}</span>
              <input
                defaultValue={state.where}
                maxLength={100}
                placeholder={texts.find.whereHint}
                onBlur={(event) =>
                  event.target.value.trim() !== state.where && find({ where: event.target.value.trim(), near: '' })
                }
              />
            </label>
            <WhenField state={state} onFind={find} />
            <label className={styles.cell}>
              <span>{texts.sort}</span>
              <select value={sort} onChange={(event) => find({ sort: event.target.value })}>
                {sortOptions}
              </select>
            </label>
          </div>
        )}
        <div className={styles.result} aria-live="polite">
          <h2>{isAsking(state) ? texts.found : texts.comingUp}</h2>
          {total !== undefined && (
            <span className="faint small numeric">{texts.count(total, count(total), totalMore)}</span>
          )}
          {didYouMean && (
            <span className="small">
              {texts.didYouMean}{' '}
              <button type="button" className={styles.repair} onClick={() => find({ q: didYouMean })}>
                {didYouMean}
              </button>
            </span>
          )}
        </div>
        {near === 'asking' && <Notice tone="info" title={texts.near.asking} role="status" />}
        {near === 'refused' && <Notice tone="warn" title={texts.near.refused} role="status" />}
        {query.isError && (
          <Notice
            tone="no"
            title={textsOf('shop').failed.title}
            role="alert"
            actions={
              <Button size="small" onClick={() => query.refetch()}>
                {textsOf('shop').tryAgain}
              </Button>
            }
          >
            {textsOf('shop').failed.text}
          </Notice>
        )}
        {query.isLoading && <ShowListSkeleton count={8} />}
        {total === 0 && !query.isFetching && (
          <Notice
            title={isAsking(state) ? texts.empty.title : texts.nothing.title}
            actions={
              isAsking(state) && (
                <Button size="small" onClick={() => go(paths.home(writeSearch(noSearch)))}>
                  {texts.empty.action}
                </Button>
              )
            }
          >
            {isAsking(state) ? texts.empty.text : texts.nothing.text}
          </Notice>
        )}
        <div className={classes(query.isPlaceholderData && styles.old)}>
          <ShowList shows={shows} hasLead={!isAsking(state)} label={texts.windowTitle} />
        </div>
        <div className={styles.more} ref={end}>
          {query.hasNextPage && (
            <Button working={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
              {query.isFetchingNextPage ? texts.loadingMore : texts.more}
            </Button>
          )}
          {!query.hasNextPage && shows.length > 12 && <span>{texts.end}</span>}
        </div>
      </div>
    </Frame>
  );
}
