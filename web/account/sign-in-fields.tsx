import { useEffect, useRef } from 'react';
import { FormField, PasswordField } from '../shop/frame/form/form.tsx';
import type { FormState } from '../shop/frame/form/use-form.ts';
import { textsOf } from '../texts/texts.ts';

/** The fields of signing in. */
export function SignInFields({
  form,
  asksCode,
}: {
  readonly form: FormState<'email' | 'password' | 'code'>;
  readonly asksCode: boolean;
}) {
  const { fields, signIn } = textsOf('account');
  return (
    <>
      <FormField
        form={form}
        name="email"
        label={fields.email}
        type="email"
        autoComplete="username"
        inputMode="email"
        required
      />
      <PasswordField form={form} name="password" label={fields.password} autoComplete="current-password" required />
      {asksCode && <CodeField form={form} label={fields.code} hint={signIn.codeHint} />}
    </>
  );
}

/** A code of the second factor. It takes the focus where the server has just asked for it, or as `focuses` says. */
export function CodeField<Name extends string>({
  form,
  name = 'code' as Name,
  label,
  hint,
  focuses = true,
}: {
  readonly form: FormState<Name>;
  readonly name?: Name;
  readonly label: string;
  readonly hint: string;
  readonly focuses?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focuses) box.current?.querySelector('input')?.focus();
  }, [focuses]);
  return (
    <div ref={box}>
      <FormField
        form={form}
        name={name}
        label={label}
        hint={hint}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
    </div>
  );
}
