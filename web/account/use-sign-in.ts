import { useState } from 'react';
import type { TokensAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { signedIn } from '../api/session.ts';
import { useForm } from '../shop/frame/form/use-form.ts';
import { isAboutCode, missing } from './checks.ts';

/** Address, password and, once the server asks for it, a code of the second factor. */
export function useSignIn(onDone: () => void | Promise<void>) {
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm({
    initial: { email: '', password: '', code: '' },
    check: (values) => missing(values, 'email', 'password', ...(asksCode ? (['code'] as const) : [])),
    placeOf: (problem) => (isAboutCode(problem) ? 'code' : undefined),
    async send({ email, password, code }) {
      const body = { email: email.trim(), password, browser: true, ...(asksCode && { code: code.trim() }) };
      try {
        signedIn(await askApi<TokensAnswer>('/api/auth/login', { method: 'POST', body, isAnonymous: true }));
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'SECOND_FACTOR_NEEDED' || asksCode) throw error;
        setAsksCode(true);
        return;
      }
      await onDone();
    },
  });
  return { form, asksCode };
}
