import { useEffect, useState } from 'react';
import { create } from 'zustand';
import { textsOf } from '../../texts/texts.ts';
import { useSeatMap, useSession } from '../choice/use-session.ts';

const useSaid = create<{ readonly words: string }>(() => ({ words: '' }));

/** Says something to screen readers, once and politely. */
export function say(words: string): void {
  useSaid.setState({ words });
}

/** Counts are said this long after they have changed last, and no more often. */
const quietMs = 10_000;

/** Where what is said stands: the words of {@link say}, and how many are free after others have changed that. */
export function Speaker() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const words = useSaid((state) => state.words);
  const version = useSeatMap((state) => state.version);
  const [free, setFree] = useState('');
  useEffect(() => {
    if (version === 0 || !session.states) return;
    const timer = setTimeout(() => {
      const count = session.states!.freeByCategory.reduce((sum, one) => sum + one, 0);
      setFree(texts.changedCount(count));
    }, quietMs);
    return () => clearTimeout(timer);
  }, [version, session, texts]);
  return (
    <>
      <div className="spoken" aria-live="polite" aria-atomic="true">
        {words}
      </div>
      <div className="spoken" aria-live="polite" aria-atomic="true">
        {free}
      </div>
    </>
  );
}
