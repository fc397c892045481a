import type { MeAnswer } from '../../src/contract/identity.ts';
import { useApi } from '../api/queries.ts';
import { LinkButton } from '../parts/button/button.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { Frame, useTitle } from '../shop/frame/frame.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './account-page.module.css';
import { ClaimSection } from './claim-section.tsx';
import { DataSection } from './data-section.tsx';
import { MailSection } from './mail-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';
import { SessionsSection } from './sessions-section.tsx';

/** One's account: who one is, how it is kept safe, where one is signed in, and what is kept. */
export function AccountPage() {
  const { account } = textsOf('account');
  useTitle(account.title);
  const { data: me, error, refetch } = useApi<MeAnswer>('/api/auth/me');
  return (
    <Frame>
      <div className={`page ${styles.page}`}>
        <header className={styles.head}>
          <div>
            <h1 className={styles.title}>{account.title}</h1>
            {me ? (
              <p className="quiet">{me.name ? account.who(me.name, me.email) : me.email}</p>
            ) : (
              <Skeleton className={styles.line} />
            )}
          </div>
          <LinkButton href={paths.tickets}>{account.toTickets}</LinkButton>
        </header>
        {error && !me && <Failure error={error} retry={() => void refetch()} />}
        {me && (
          <div className={styles.sections}>
            <ClaimSection me={me} />
            <MailSection me={me} />
            <PasswordSection me={me} />
            <SecondFactorSection me={me} onChanged={() => void refetch()} />
            <SessionsSection />
            <DataSection me={me} />
          </div>
        )}
      </div>
    </Frame>
  );
}
