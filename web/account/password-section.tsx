import { useState } from 'react';
import type { MeAnswer, TokensAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { signedIn } from '../api/session.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { textsOf } from '../texts/texts.ts';
import { isAboutNewPassword, missing } from './checks.ts';
import { Section } from './section.tsx';

/** Another password: whoever knows the old one sets it, and every other login ends. */
export function PasswordSection({ me }: { readonly me: MeAnswer }) {
  const { password } = textsOf('account');
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed');
  return (
    <Section title={password.title} lead={password.lead}>
      {state === 'done' && <Notice tone="ok" role="status" title={password.done} />}
      {state === 'open' ? (
        <ChangePassword email={me.email} onDone={() => setState('done')} onClose={() => setState('closed')} />
      ) : (
        <Button onClick={() => setState('open')}>{password.change}</Button>
      )}
    </Section>
  );
}

function ChangePassword({ email, onDone, onClose }: { readonly email: string; onDone(): void; onClose(): void }) {
  const { password, fields, cancel } = textsOf('account');
  const form = useForm({
    initial: { password: '', newPassword: '' },
    check: (values) => missing(values, 'password', 'newPassword'),
    placeOf: (problem) =>
      isAboutNewPassword(problem) ? 'newPassword' : problem.code === 'PASSWORD_WRONG' ? 'password' : undefined,
    async send(values) {
      const body = { ...values, browser: true };
      signedIn(await askApi<TokensAnswer>('/api/auth/password/change', { method: 'POST', body }));
      onDone();
    },
  });
  return (
    <Form
      form={form}
      labels={{ password: fields.oldPassword, newPassword: fields.newPassword }}
      action={password.change}
      working={password.working}
      more={
        <Button look="quiet" onClick={onClose}>
          {cancel}
        </Button>
      }
    >
      {/* So that a password manager knows whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField form={form} name="password" label={fields.oldPassword} autoComplete="current-password" required />
      <PasswordField
        form={form}
        name="newPassword"
        label={fields.newPassword}
        hint={fields.passwordHint}
        autoComplete="new-password"
        required
      />
    </Form>
  );
}
