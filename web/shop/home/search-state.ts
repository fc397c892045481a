/** What is looked for: the query string of the home page, and nothing else, holds it. */
export interface SearchState {
  readonly q: string;
  readonly where: string;
  /** `today`, `tomorrow`, `weekend`, `week`, `month`, or a day (2027-05-01); empty: any. */
  readonly when: string;
  readonly type: string;
  /** `me` until the browser has said where that is, then latitude,longitude. */
  readonly near: string;
  readonly onSale: boolean;
  /** Empty: by date, or by relevance where there is a term. */
  readonly sort: string;
  readonly performer: string;
  readonly venue: string;
}

const names = ['q', 'where', 'when', 'type', 'near', 'sort', 'performer', 'venue'] as const;
const sorts = ['date', 'relevance', 'price', 'distance'];
export const periods = ['today', 'tomorrow', 'weekend', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/** Reads an address; what makes no sense is left out, as if it had not been there. */
export function readSearch(query: URLSearchParams): SearchState {
  const [q, where, when, type, near, sort, performer, venue] = names.map((name) =>
    (query.get(name) ?? '').slice(0, 200),
  );
  const isDay = /^\d{4}-\d\d-\d\d$/.test(when!) && !Number.isNaN(Date.parse(when!));
  const isNumber = (text: string) => /^\d{1,9}$/.test(text);
  return {
    q: q!,
    where: where!,
    when: isDay || periods.includes(when as Period) ? when! : '',
    type: /^\w{0,40}$/.test(type!) ? type! : '',
    near: /^(me|-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?)$/.test(near!) ? near! : '',
    onSale: query.get('onSale') === 'true',
    sort: sorts.includes(sort!) ? sort! : '',
    performer: isNumber(performer!) ? performer! : '',
    venue: isNumber(venue!) ? venue! : '',
  };
}

/** The query string of a state, with nothing in it that goes without saying. */
export function writeSearch(state: SearchState): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) if (state[name]) query.set(name, state[name]);
  if (state.onSale) query.set('onSale', 'true');
  return query;
}

export const noSearch: SearchState = readSearch(new URLSearchParams());

/** Whether anything is looked for at all. */
export function isAsking(state: SearchState): boolean {
  return writeSearch(state).size > 0;
}

/** Metres do not matter, and exact places are nobody's business: about a kilometre. */
const degreeDigits = 2;

/**
 * The address of the API that finds it. Null while it is not known where `near=me` is. `today` is the day where the person is.
 */
export function searchPath(state: SearchState, today: string): string | null {
  if (state.near === 'me') return null;
  const query = new URLSearchParams();
  const set = (name: string, value: string) => value && query.set(name, value);
  set('term', state.q.trim());
  set('location', state.where.trim());
  set('type', state.type);
  set('performerId', state.performer);
  set('venueId', state.venue);
  for (const [name, value] of Object.entries(daysOf(state.when, today))) set(name, value);
  if (state.near) {
    set(
      'near',
      state.near
        .split(',')
        .map((degrees) => Number(degrees).toFixed(degreeDigits))
        .join(','),
    );
    set('sort', state.sort || 'distance');
  } else if (state.sort !== 'distance') set('sort', state.sort === 'relevance' && !state.q.trim() ? '' : state.sort);
  if (state.onSale) query.set('onSale', 'true');
  return query.size > 0 ? `/api/search?${query}` : '/api/search';
}

/** The days of a period, both included: of the venue's calendar. */
export function daysOf(
  when: string,
  today: string,
): { readonly from?: string; readonly to?: string; readonly date?: string } {
  const after = (days: number) => {
    const day = new Date(`${today}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + days);
    return day.toISOString().slice(0, 10);
  };
  // 0 is Sunday. The weekend is Friday to Sunday; on a Sunday it is what is left of it.
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay();
  const toSunday = (7 - weekday) % 7;
  switch (when) {
    case '':
      return {};
    case 'today':
      return { date: today };
    case 'tomorrow':
      return { date: after(1) };
    case 'weekend':
      return { from: toSunday <= 2 ? today : after(toSunday - 2), to: after(toSunday) };
    case 'week':
      return { from: today, to: after(6) };
    case 'month':
      return { from: today, to: after(29) };
    default:
      return { date: when };
  }
}
