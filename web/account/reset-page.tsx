import { useState } from 'react';
import { useSearch } from 'wouter';
import { askApi } from '../api/client.ts';
import { signedOut } from '../api/session.ts';
import { LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, FormField, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { isAboutNewPassword, missing } from './checks.ts';
import { MailAgain } from './mail-again.tsx';
import { useMailToken } from './mail-token.ts';
import { withNext } from './next-path.ts';
import { Sheet } from './sheet.tsx';

/** A new password by mail: asks for the mail, or sets the password where its link leads. */
export function ResetPage() {
  const [token, forget] = useMailToken();
  return token === null ? <AskForMail /> : <SetPassword token={token} onUsed={forget} />;
}

function AskForMail() {
  const { reset, fields } = textsOf('account');
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { email: '' },
    check: (values) => missing(values, 'email'),
    async send({ email }) {
      await askApi('/api/auth/password/forgot', { method: 'POST', body: { email: email.trim() } });
      setSentTo(email.trim());
    },
  });
  if (sentTo !== null) {
    return (
      <Sheet title={reset.sentTitle}>
        <Notice tone="ok" role="status" title={reset.sent(sentTo)}>
          {reset.sentText}
        </Notice>
        <MailAgain email={sentTo} to="/api/auth/password/forgot" />
      </Sheet>
    );
  }
  return (
    <Sheet title={reset.askTitle} lead={reset.askLead}>
      <Form form={form} labels={fields} action={reset.ask} working={reset.working}>
        <FormField
          form={form}
          name="email"
          label={fields.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          required
        />
      </Form>
    </Sheet>
  );
}

function SetPassword({ token, onUsed }: { readonly token: string; onUsed(): void }) {
  const { reset, fields } = textsOf('account');
  const search = useSearch();
  const [isDone, setDone] = useState(false);
  const form = useForm({
    initial: { password: '' },
    check: (values) => missing(values, 'password'),
    placeOf: (problem) => (isAboutNewPassword(problem) ? 'password' : undefined),
    async send({ password }) {
      await askApi('/api/auth/password/reset', { method: 'POST', body: { token, password }, isAnonymous: true });
      // Every login of the account has ended, this one's too.
      signedOut();
      setDone(true);
    },
  });
  if (isDone) {
    return (
      <Sheet title={reset.doneTitle}>
        <Notice tone="ok" role="status" title={reset.done}>
          {reset.doneText}
        </Notice>
        <LinkButton look="primary" href={withNext(paths.signIn, search)}>
          {reset.signIn}
        </LinkButton>
      </Sheet>
    );
  }
  return (
    <Sheet title={reset.title} lead={reset.lead}>
      <Form
        form={form}
        labels={fields}
        action={reset.action}
        working={reset.working}
        more={
          <button type="button" className="link small" onClick={onUsed}>
            {reset.again}
          </button>
        }
      >
        <PasswordField
          form={form}
          name="password"
          label={fields.newPassword}
          hint={fields.passwordHint}
          autoComplete="new-password"
          required
        />
      </Form>
    </Sheet>
  );
}
