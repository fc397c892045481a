import { useState } from 'react';
import { askApi } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { signedOut } from '../api/session.ts';
import { LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Form } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { useMailToken } from './mail-token.ts';
import { Sheet } from './sheet.tsx';

/** Where the mail leads that gives an account another address. A person presses: programs that look at links change nothing. */
export function MailAddressPage() {
  const [token, , opened] = useMailToken();
  // Opened again, it asks again.
  return <MailAddress key={opened} token={token} />;
}

function MailAddress({ token }: { readonly token: string | null }) {
  const { mailAddress } = textsOf('account');
  const [state, setState] = useState<'asked' | 'used' | 'done'>('asked');
  const form = useForm({
    initial: {},
    async send() {
      try {
        await askApi('/api/auth/mail/confirm', { method: 'POST', body: { token }, isAnonymous: true });
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'MAIL_TOKEN_INVALID') throw error;
        setState('used');
        return;
      }
      // Every login of the account has ended, this one's too.
      signedOut();
      setState('done');
    },
  });
  if (state === 'done') {
    return (
      <Sheet title={mailAddress.doneTitle}>
        <Notice tone="ok" role="status" title={mailAddress.done}>
          {mailAddress.doneText}
        </Notice>
        <LinkButton look="primary" href={paths.signIn}>
          {mailAddress.signIn}
        </LinkButton>
      </Sheet>
    );
  }
  const isGood = token !== null && state === 'asked';
  return (
    <Sheet title={mailAddress.title} lead={token === null ? mailAddress.noToken : mailAddress.lead}>
      {isGood && (
        <Form form={form} labels={{}} action={mailAddress.action} working={mailAddress.working}>
          {null}
        </Form>
      )}
      {state === 'used' && (
        <Notice tone="no" role="alert" title={mailAddress.used}>
          {mailAddress.usedText}
        </Notice>
      )}
      {!isGood && (
        <LinkButton look="primary" href={paths.account}>
          {mailAddress.toAccount}
        </LinkButton>
      )}
    </Sheet>
  );
}
