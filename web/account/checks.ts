import type { ApiProblem } from '../api/problem.ts';
import { textsOf } from '../texts/texts.ts';

/** Faults of required fields that the page sees by itself. `email` must look like an address. */
export function missing<Name extends string>(
  values: Readonly<Record<Name, string>>,
  ...names: readonly Name[]
): Partial<Record<Name, string>> {
  const { faults } = textsOf('account');
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = values[name];
    if (name === 'email') {
      if (!/^\s*\S+@\S+\.\S+\s*$/.test(value))
        found[name] = value.trim() === '' ? faults.mailMissing : faults.mailWrong;
    } else if (value.trim() === '') found[name] = name === 'code' ? faults.codeMissing : faults.missing;
  }
  return found;
}

/** Whether a refusal is about a password that somebody chooses. */
export function isAboutNewPassword({ code }: ApiProblem): boolean {
  return code === 'PASSWORD_SHORT' || code === 'PASSWORD_LONG' || code === 'PASSWORD_COMMON';
}

/** Whether a refusal is about a code of the second factor. */
export function isAboutCode({ code }: ApiProblem): boolean {
  return code === 'SECOND_FACTOR_WRONG';
}
