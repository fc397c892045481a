import { useEffect, useState } from 'react';
import type { SearchState } from './search-state.ts';

const patienceMs = 10_000;
const placeKeptMs = 300_000;

/** Asks the browser where it is as long as the state says `near=me`. What it says is rounded to about a kilometre before it goes anywhere. */
export function useNearMe(state: SearchState, onPlace: (near: string) => void): 'idle' | 'asking' | 'refused' {
  const isAsked = state.near === 'me';
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    if (!isAsked) return;
    setRefused(false);
    if (!navigator.geolocation) return setRefused(true);
    let isCurrent = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => isCurrent && onPlace(`${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`),
      () => isCurrent && setRefused(true),
      { timeout: patienceMs, maximumAge: placeKeptMs },
    );
    return () => {
      isCurrent = false;
    };
  }, [isAsked]);
  if (!isAsked) return 'idle';
  return isRefused ? 'refused' : 'asking';
}
