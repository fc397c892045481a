import { useState } from 'react';
import type { ClaimedAnswer, MeAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { textsOf } from '../texts/texts.ts';
import { MailAgain } from './mail-again.tsx';
import { Section } from './section.tsx';

/** Brings the orders here that were made as a guest under the same address. */
export function ClaimSection({ me }: { readonly me: MeAnswer }) {
  const { claim } = textsOf('account');
  const [claimed, setClaimed] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [isWorking, setWorking] = useState(false);
  async function bring() {
    setWorking(true);
    setFailure(null);
    try {
      setClaimed((await askApi<ClaimedAnswer>('/api/auth/claim-bookings', { method: 'POST' })).claimed);
    } catch (error) {
      setFailure(error);
    } finally {
      setWorking(false);
    }
  }
  return (
    <Section title={claim.title} lead={claim.lead(me.email)}>
      {!me.emailVerified && (
        <>
          <Notice tone="warn" title={claim.unproven} />
          <MailAgain email={me.email} to="/api/auth/verify/resend" />
        </>
      )}
      {claimed !== null && <Notice tone="ok" role="status" title={claim.found(claimed)} />}
      {failure !== null && <Failure error={failure} />}
      {me.emailVerified && (
        <Button working={isWorking} onClick={() => void bring()}>
          {claim.action}
        </Button>
      )}
    </Section>
  );
}
