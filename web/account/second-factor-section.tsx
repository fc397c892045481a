import { type ReactNode, useState } from 'react';
import type { MeAnswer, RecoveryCodesAnswer, SecondFactorSecretAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Qr } from '../parts/qr/qr.tsx';
import { Form, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './account-page.module.css';
import { isAboutCode, missing } from './checks.ts';
import { saveFile } from './save-file.ts';
import { Section } from './section.tsx';
import { CodeField } from './sign-in-fields.tsx';

const url = '/api/auth/second-factor';

type Step =
  | { readonly at: 'rest'; readonly said?: string }
  | { readonly at: 'password' | 'off' }
  | { readonly at: 'code'; readonly secret: SecondFactorSecretAnswer }
  | { readonly at: 'recovery'; readonly codes: readonly string[] };

/** An authenticator app as second factor: set up in two steps, with codes for the day it is lost, and turned off. */
export function SecondFactorSection({ me, onChanged }: { readonly me: MeAnswer; onChanged(): void }) {
  const { secondFactor, cancel } = textsOf('account');
  const [step, setStep] = useState<Step>({ at: 'rest' });
  const rest = () => setStep({ at: 'rest' });
  const back = (
    <Button look="quiet" onClick={rest}>
      {cancel}
    </Button>
  );
  return (
    <Section
      title={secondFactor.title}
      lead={secondFactor.lead}
      badge={
        <Badge tone={me.secondFactor ? 'ok' : 'plain'}>{me.secondFactor ? secondFactor.on : secondFactor.off}</Badge>
      }
    >
      {step.at === 'rest' && (
        <>
          {step.said && <Notice tone="ok" role="status" title={step.said} />}
          {me.secondFactor ? (
            <Button look="danger" onClick={() => setStep({ at: 'off' })}>
              {secondFactor.turnOff}
            </Button>
          ) : (
            <Button onClick={() => setStep({ at: 'password' })}>{secondFactor.setUp}</Button>
          )}
        </>
      )}
      {step.at === 'password' && <AskPassword more={back} onBegun={(secret) => setStep({ at: 'code', secret })} />}
      {step.at === 'code' && (
        <Confirm
          secret={step.secret}
          more={back}
          onOn={(codes) => {
            setStep({ at: 'recovery', codes });
            onChanged();
          }}
        />
      )}
      {step.at === 'recovery' && <RecoveryCodes codes={step.codes} onKept={rest} />}
      {step.at === 'off' && (
        <TurnOff
          more={back}
          onOff={() => {
            setStep({ at: 'rest', said: secondFactor.isOff });
            onChanged();
          }}
        />
      )}
    </Section>
  );
}

function AskPassword({ more, onBegun }: { readonly more: ReactNode; onBegun(secret: SecondFactorSecretAnswer): void }) {
  const { secondFactor, fields } = textsOf('account');
  const form = useForm({
    initial: { password: '' },
    check: (values) => missing(values, 'password'),
    placeOf: (problem) => (problem.code === 'PASSWORD_WRONG' ? 'password' : undefined),
    send: async (body) => onBegun(await askApi<SecondFactorSecretAnswer>(url, { method: 'POST', body })),
  });
  return (
    <Form form={form} labels={fields} action={secondFactor.goOn} working={secondFactor.working} more={more}>
      <PasswordField form={form} name="password" label={fields.password} autoComplete="current-password" required />
    </Form>
  );
}

function Confirm({
  secret: { secret, otpauthUrl },
  more,
  onOn,
}: {
  readonly secret: SecondFactorSecretAnswer;
  readonly more: ReactNode;
  onOn(codes: readonly string[]): void;
}) {
  const { secondFactor, fields } = textsOf('account');
  const form = useForm({
    initial: { code: '' },
    check: (values) => missing(values, 'code'),
    placeOf: (problem) => (isAboutCode(problem) ? 'code' : undefined),
    async send({ code }) {
      const body = { code: code.trim() };
      onOn((await askApi<RecoveryCodesAnswer>(`${url}/confirm`, { method: 'POST', body })).recoveryCodes);
    },
  });
  return (
    <div className={styles.setup}>
      <Qr text={otpauthUrl} label={secondFactor.qr} />
      <div className={styles.steps}>
        <p>
          {secondFactor.scan} <span className={styles.secret}>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</span>
        </p>
        <Form form={form} labels={fields} action={secondFactor.turnOn} working={secondFactor.working} more={more}>
          <CodeField form={form} label={fields.code} hint={secondFactor.codeHint} />
        </Form>
      </div>
    </div>
  );
}

function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; onKept(): void }) {
  const { secondFactor } = textsOf('account');
  return (
    <>
      <Notice tone="ok" role="status" title={secondFactor.isOn}>
        {secondFactor.recoveryText}
      </Notice>
      <ul className={`${styles.codes} ${styles.list}`} aria-label={secondFactor.recovery}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.row}>
        <Button onClick={() => saveFile('onsale-recovery-codes.txt', 'text/plain', `${codes.join('\n')}\n`)}>
          {secondFactor.save}
        </Button>
        <Button look="quiet" onClick={onKept}>
          {secondFactor.kept}
        </Button>
      </div>
    </>
  );
}

function TurnOff({ more, onOff }: { readonly more: ReactNode; onOff(): void }) {
  const { secondFactor, fields } = textsOf('account');
  const form = useForm({
    initial: { password: '', code: '' },
    check: (values) => missing(values, 'password', 'code'),
    placeOf: (problem) => (isAboutCode(problem) ? 'code' : problem.code === 'PASSWORD_WRONG' ? 'password' : undefined),
    async send({ password, code }) {
      await askApi(`${url}/disable`, { method: 'POST', body: { password, code: code.trim() } });
      onOff();
    },
  });
  return (
    <Form
      form={form}
      labels={fields}
      look="danger"
      action={secondFactor.turnOff}
      working={secondFactor.working}
      more={more}
    >
      <PasswordField form={form} name="password" label={fields.password} autoComplete="current-password" required />
      <CodeField form={form} label={fields.code} hint={secondFactor.codeOrRecovery} />
    </Form>
  );
}
