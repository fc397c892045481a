import { List, Map as MapIcon } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { ReservationAnswer } from '../../../src/contract/inventory.ts';
import { Segmented } from '../../parts/segmented/segmented.tsx';
import { paths } from '../../shop/paths.ts';
import { date } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { setMode } from '../choice/choice.ts';
import { useSeatMap, useSession } from '../choice/use-session.ts';
import { readOwnHold } from '../live/own-hold.ts';
import styles from './chooser.module.css';
import { GeneralView } from './general-view.tsx';
import { ListView } from './list-view.tsx';
import { MapView } from './map-view.tsx';
import { Panel } from './panel.tsx';
import { Speaker } from './speaker.tsx';
import { Strip } from './strip.tsx';

/** Map or list at the left, what is chosen at the right (on phones beneath). */
export function Chooser({ onGone }: { readonly onGone: () => void }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const mode = useSeatMap((state) => state.mode);
  // The panel is built once the map is drawn: that is what people wait for.
  const isDrawn = useDeferredValue(true, false);
  const [hold, setHold] = useState<ReservationAnswer | null>(null);
  const gone = useRef(onGone);
  gone.current = onGone;

  useEffect(() => session.follow(() => gone.current()), [session]);
  useEffect(() => {
    let isLeft = false;
    readOwnHold(session.event.eventId).then(
      (own) => {
        if (isLeft || !own) return;
        session.takeUp(own);
        setHold(own);
      },
      () => {
        // Without an answer the seats show as held; the hold lapses or is found the next time.
      },
    );
    return () => {
      isLeft = true;
    };
  }, [session]);

  const { event, hall } = session;
  return (
    <div className={styles.view}>
      <Strip
        back={paths.event(event.eventId)}
        title={event.title}
        type={event.type}
        when={`${date(event.startsAt, event.timeZone, 'medium')}, ${date(event.startsAt, event.timeZone, 'time')} · ${event.venue}`}
      >
        {hall && (
          <Segmented
            label={texts.way}
            value={mode}
            options={[
              { value: 'map', label: <ModeLabel icon={<MapIcon aria-hidden="true" />} words={texts.map} /> },
              { value: 'list', label: <ModeLabel icon={<List aria-hidden="true" />} words={texts.list} /> },
            ]}
            onChange={(next) => setMode(session.store, next)}
          />
        )}
      </Strip>
      <main id="main" className={styles.pick} tabIndex={-1}>
        {!hall ? <GeneralView /> : mode === 'map' ? <MapView /> : <ListView />}
        {isDrawn ? <Panel hold={hold} /> : <div className={styles.panel} />}
      </main>
      <Speaker />
    </div>
  );
}

function ModeLabel({ icon, words }: { readonly icon: React.ReactNode; readonly words: string }) {
  return (
    <>
      {icon}
      <span className={styles.modeWord}>{words}</span>
    </>
  );
}
