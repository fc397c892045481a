import { useState } from 'react';
import { askApi } from '../api/client.ts';
import { Button } from '../parts/button/button.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { textsOf } from '../texts/texts.ts';

/** Sends a mail once more to whoever did not get it. */
export function MailAgain({ email, to }: { readonly email: string; readonly to: string }) {
  const texts = textsOf('account').mailAgain;
  const [state, setState] = useState<'idle' | 'working' | 'sent'>('idle');
  const [failure, setFailure] = useState<unknown>(null);
  async function send() {
    setState('working');
    setFailure(null);
    try {
      await askApi(to, { method: 'POST', body: { email } });
      setState('sent');
    } catch (error) {
      setFailure(error);
      setState('idle');
    }
  }
  return (
    <>
      {failure !== null && <Failure error={failure} />}
      <p className="small quiet">{texts.hint}</p>
      <Button size="small" working={state === 'working'} onClick={() => void send()}>
        {state === 'sent' ? texts.sent : texts.action}
      </Button>
    </>
  );
}
