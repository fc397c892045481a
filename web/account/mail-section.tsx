import { useState } from 'react';
import type { MeAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, FormField, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { textsOf } from '../texts/texts.ts';
import { isAboutCode, missing } from './checks.ts';
import { Section } from './section.tsx';
import { CodeField } from './sign-in-fields.tsx';

/** Another mail address: asked for here, and had once the mail that went there came back. */
export function MailSection({ me }: { readonly me: MeAnswer }) {
  const { mail } = textsOf('account');
  const [state, setState] = useState<'closed' | 'open' | { readonly sentTo: string }>('closed');
  return (
    <Section title={mail.title} lead={mail.lead(me.email)}>
      {typeof state === 'object' && (
        <Notice tone="ok" role="status" title={mail.sent(state.sentTo)}>
          {mail.sentText}
        </Notice>
      )}
      {state === 'open' ? (
        <ChangeMail me={me} onSent={(sentTo) => setState({ sentTo })} onClose={() => setState('closed')} />
      ) : (
        <Button onClick={() => setState('open')}>{mail.change}</Button>
      )}
    </Section>
  );
}

function ChangeMail({ me, onSent, onClose }: { readonly me: MeAnswer; onSent(email: string): void; onClose(): void }) {
  const { mail, fields, cancel } = textsOf('account');
  const form = useForm({
    initial: { email: '', password: '', code: '' },
    check: (values) => missing(values, 'email', 'password', ...(me.secondFactor ? (['code'] as const) : [])),
    placeOf: (problem) =>
      isAboutCode(problem)
        ? 'code'
        : ({ PASSWORD_WRONG: 'password', MAIL_INVALID: 'email' } as const)[problem.code as string],
    async send({ email, password, code }) {
      const body = { email: email.trim(), password, ...(me.secondFactor && { code: code.trim() }) };
      await askApi('/api/auth/mail/change', { method: 'POST', body });
      onSent(body.email);
    },
  });
  return (
    <Form
      form={form}
      labels={{ ...fields, email: fields.newEmail }}
      action={mail.send}
      working={mail.working}
      more={
        <Button look="quiet" onClick={onClose}>
          {cancel}
        </Button>
      }
    >
      <FormField
        form={form}
        name="email"
        label={fields.newEmail}
        type="email"
        autoComplete="email"
        inputMode="email"
        required
      />
      <PasswordField form={form} name="password" label={fields.password} autoComplete="current-password" required />
      {me.secondFactor && <CodeField form={form} label={fields.code} hint={mail.codeHint} focuses={false} />}
    </Form>
  );
}
