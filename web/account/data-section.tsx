import { useState } from 'react';
import { useLocation } from 'wouter';
import type { MeAnswer } from '../../src/contract/identity.ts';
import { askApi } from '../api/client.ts';
import { signedOut } from '../api/session.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { Form, PasswordField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './account-page.module.css';
import { isAboutCode, missing } from './checks.ts';
import { saveFile } from './save-file.ts';
import { Section } from './section.tsx';
import { CodeField } from './sign-in-fields.tsx';

/** What is kept about one: taken along as a file, or erased. */
export function DataSection({ me }: { readonly me: MeAnswer }) {
  const { data } = textsOf('account');
  const [isErasing, setErasing] = useState(false);
  const [isWorking, setWorking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  async function download() {
    setWorking(true);
    setFailure(null);
    try {
      const all = await askApi<unknown>('/api/me/export');
      saveFile('onsale-export.json', 'application/json', JSON.stringify(all, null, 2));
    } catch (error) {
      setFailure(error);
    } finally {
      setWorking(false);
    }
  }
  return (
    <Section title={data.title} lead={data.lead}>
      {failure !== null && <Failure error={failure} />}
      <div className={styles.row}>
        <Button working={isWorking} onClick={() => void download()}>
          {data.download}
        </Button>
        <Button look="danger" onClick={() => setErasing(true)}>
          {data.erase}
        </Button>
      </div>
      {isErasing && <EraseDialog me={me} onClose={() => setErasing(false)} />}
    </Section>
  );
}

function EraseDialog({ me, onClose }: { readonly me: MeAnswer; onClose(): void }) {
  const { data, fields, cancel } = textsOf('account');
  const [, navigate] = useLocation();
  const form = useForm({
    initial: { password: '', code: '' },
    check: (values) => missing(values, 'password', ...(me.secondFactor ? (['code'] as const) : [])),
    placeOf: (problem) => (isAboutCode(problem) ? 'code' : problem.code === 'PASSWORD_WRONG' ? 'password' : undefined),
    async send({ password, code }) {
      const body = { confirm: true, password, ...(me.secondFactor && { code: code.trim() }) };
      await askApi('/api/me/erase', { method: 'POST', body });
      signedOut();
      navigate(paths.home());
    },
  });
  return (
    <Dialog title={data.eraseTitle} onClose={onClose} actions={null}>
      <ul className={styles.stays}>
        {data.consequences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Form
        form={form}
        labels={fields}
        look="danger"
        action={data.eraseFor(me.email)}
        working={data.working}
        more={
          <Button look="quiet" onClick={onClose}>
            {cancel}
          </Button>
        }
      >
        <PasswordField form={form} name="password" label={fields.password} autoComplete="current-password" required />
        {me.secondFactor && <CodeField form={form} label={fields.code} hint={data.codeHint} />}
      </Form>
    </Dialog>
  );
}
