import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { askApi } from '../api/client.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, FormField, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { isAboutNewPassword, missing } from './checks.ts';
import { MailAgain } from './mail-again.tsx';
import { withNext } from './next-path.ts';
import { Sheet } from './sheet.tsx';

/** Make an account. The answer is the same whether there is one: the mail says which. */
export function RegisterPage() {
  const { register, fields } = textsOf('account');
  const search = useSearch();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { name: '', email: '', password: '' },
    check: (values) => missing(values, 'email', 'password'),
    placeOf: (problem) =>
      isAboutNewPassword(problem) ? 'password' : problem.code === 'MAIL_INVALID' ? 'email' : undefined,
    async send({ name, email, password }) {
      const body = { email: email.trim(), password, ...(name.trim() && { name: name.trim() }) };
      await askApi('/api/auth/register', { method: 'POST', body });
      setSentTo(body.email);
    },
  });
  if (sentTo !== null) {
    return (
      <Sheet title={register.sentTitle}>
        <Notice tone="ok" role="status" title={register.sent(sentTo)}>
          {register.sentText}
        </Notice>
        <MailAgain email={sentTo} to="/api/auth/verify/resend" />
      </Sheet>
    );
  }
  return (
    <Sheet
      title={register.title}
      lead={register.lead}
      foot={
        <span>
          {register.haveOne}{' '}
          <Link className="link" href={withNext(paths.signIn, search)}>
            {register.signIn}
          </Link>
        </span>
      }
    >
      <Form form={form} labels={fields} action={register.action} working={register.working}>
        <FormField form={form} name="name" label={fields.nameOptional} autoComplete="name" maxLength={100} />
        <FormField
          form={form}
          name="email"
          label={fields.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          required
        />
        <PasswordField
          form={form}
          name="password"
          label={fields.password}
          hint={fields.passwordHint}
          autoComplete="new-password"
          required
        />
      </Form>
    </Sheet>
  );
}
