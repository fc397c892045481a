import { typosForgiven } from '../domain/edit-distance.ts';
import type { Parts } from './postgres-find-page.ts';
import { findNames } from './postgres-suggested-names.ts';
import { findShows } from './postgres-suggested-shows.ts';
import { addSimilarWords, findSimilarCities, understandWords } from './postgres-vocabulary.ts';
import type { SuggestionAnswer, SuggestionQuestion } from './search-store.ts';

/** Answers {@link SuggestionQuestion}: as typed; if that finds nothing, with typing errors forgiven. */
export async function suggest(parts: Parts, question: SuggestionQuestion): Promise<SuggestionAnswer> {
  const { database } = parts;
  const understood = understandWords(database, question.words, true);
  const asTyped = question.words.map((word) => ({ word, similar: [] }));
  const [typed, shows, names] = await Promise.all([
    understood,
    understood.then((senses) => findShows(parts, question.now, senses)),
    findNames(database, question, asTyped, []),
  ]);
  if (shows.length > 0 || names.length > 0) return { shows, names };
  const mistyped = typed.flatMap(({ word, known }, i) => (known || typosForgiven(word) === 0 ? [] : [i]));
  const positions = mistyped.length > 0 ? mistyped : typed.map((_, i) => i);
  const [senses, cities] = await Promise.all([
    addSimilarWords(database, typed, positions),
    findSimilarCities(database, question.phrase),
  ]);
  if (cities.length === 0 && !senses.some((sense) => sense.similar.length > 0)) return { shows, names };
  const [similarShows, similarNames] = await Promise.all([
    findShows(parts, question.now, senses),
    findNames(database, question, senses, cities),
  ]);
  return { shows: similarShows, names: similarNames };
}
