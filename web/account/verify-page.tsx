import { useState } from 'react';
import { askApi } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { useSignedIn } from '../api/session.ts';
import { LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, FormField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { missing } from './checks.ts';
import { useMailToken } from './mail-token.ts';
import { Sheet } from './sheet.tsx';

/** Where the mail leads that proves an address. A person presses: programs that look at links in mails prove nothing. */
export function VerifyPage() {
  const { verify } = textsOf('account');
  const [token] = useMailToken();
  const [isProven, setProven] = useState(false);
  const [isUsed, setUsed] = useState(false);
  const isSignedIn = useSignedIn();
  const form = useForm({
    initial: {},
    async send() {
      try {
        await askApi('/api/auth/verify', { method: 'POST', body: { token } });
        setProven(true);
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'MAIL_TOKEN_INVALID') setUsed(true);
        throw error;
      }
    },
  });
  if (isProven) {
    return (
      <Sheet title={verify.doneTitle}>
        <Notice tone="ok" role="status" title={verify.done}>
          {verify.doneText}
        </Notice>
        <LinkButton look="primary" href={isSignedIn ? paths.account : paths.signIn}>
          {isSignedIn ? verify.toAccount : verify.signIn}
        </LinkButton>
      </Sheet>
    );
  }
  return (
    <Sheet title={verify.title} lead={token === null ? verify.noToken : verify.lead}>
      {token !== null && !isUsed && (
        <Form form={form} labels={{}} action={verify.action} working={verify.working}>
          {null}
        </Form>
      )}
      {isUsed && <Notice tone="no" role="alert" title={verify.used} />}
      {(token === null || isUsed) && <AskAgain />}
    </Sheet>
  );
}

function AskAgain() {
  const { verify, fields } = textsOf('account');
  const [isSent, setSent] = useState(false);
  const form = useForm({
    initial: { email: '' },
    check: (values) => missing(values, 'email'),
    async send({ email }) {
      await askApi('/api/auth/verify/resend', { method: 'POST', body: { email: email.trim() } });
      setSent(true);
    },
  });
  if (isSent) return <Notice tone="ok" role="status" title={verify.sentAgain} />;
  return (
    <Form form={form} labels={fields} action={verify.again} working={verify.working}>
      <FormField form={form} name="email" label={fields.email} type="email" autoComplete="email" required />
    </Form>
  );
}
