import { useState } from 'react';
import { useLocation } from 'wouter';
import type { SessionsAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { useApi } from '../api/queries.ts';
import { signOut } from '../api/session.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button } from '../parts/button/button.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { paths } from '../shop/paths.ts';
import { date, ownTimeZone } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './account-page.module.css';
import { deviceName } from './device-name.ts';
import { Section } from './section.tsx';

type Session = SessionsAnswer['items'][number];

/** Where one is signed in; each can be ended, here and everywhere. */
export function SessionsSection() {
  const { sessions } = textsOf('account');
  const [, navigate] = useLocation();
  const { data, error, refetch } = useApi<SessionsAnswer>('/api/auth/sessions');
  const [ending, setEnding] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  async function during(what: string, work: () => Promise<unknown>) {
    setEnding(what);
    setFailure(null);
    try {
      await work();
    } catch (failed) {
      setFailure(failed);
    } finally {
      setEnding(null);
    }
  }
  const end = ({ sessionId }: Session) =>
    during(sessionId, async () => {
      await askApi(`/api/auth/sessions/${sessionId}`, { method: 'DELETE' });
      await refetch();
    });
  const leave = (where: 'here' | 'everywhere') =>
    during(where, async () => {
      await signOut(where);
      navigate(paths.home());
    });
  return (
    <Section title={sessions.title} lead={sessions.lead}>
      {failure !== null && <Failure error={failure} />}
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className={styles.line} />}
      {data && (
        <ul className={styles.list}>
          {data.items.map((session) => {
            const name = session.userAgent === null ? sessions.unknown : deviceName(session.userAgent);
            const { lastUsedAt } = session;
            return (
              <li key={session.sessionId} className={styles.login}>
                <div>
                  <p className={styles.device}>
                    {name} {session.current && <Badge tone="ok">{sessions.current}</Badge>}
                  </p>
                  <p className="small faint">
                    {sessions.used(date(lastUsedAt, ownTimeZone(), 'medium'), date(lastUsedAt, ownTimeZone(), 'time'))}
                  </p>
                </div>
                {!session.current && (
                  <Button
                    size="small"
                    working={ending === session.sessionId}
                    aria-label={sessions.endOf(name)}
                    onClick={() => void end(session)}
                  >
                    {sessions.end}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <div className={styles.row}>
        <Button working={ending === 'here'} onClick={() => void leave('here')}>
          {sessions.signOut}
        </Button>
        <Button look="quiet" working={ending === 'everywhere'} onClick={() => void leave('everywhere')}>
          {sessions.everywhere}
        </Button>
      </div>
    </Section>
  );
}
