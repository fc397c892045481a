import { useState } from 'react';
import { Link } from 'wouter';
import { askApi } from '../api/client.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { Form, FormField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './tickets.module.css';

/** For whoever bought without an account: the link of an order goes once more to the address that it has. */
export function FindOrder({ hasSignIn = false }: { readonly hasSignIn?: boolean }) {
  const texts = textsOf('tickets').find;
  const [isSent, setSent] = useState(false);
  const form = useForm({
    initial: { email: '', orderNumber: '' },
    check: ({ email, orderNumber }) => ({
      ...(!/^\s*\S+@\S+\.\S+\s*$/.test(email) && { email: texts.mailWrong }),
      ...(orderNumber.trim() === '' && { orderNumber: texts.numberMissing }),
    }),
    async send({ email, orderNumber }) {
      const body = { email: email.trim(), orderNumber: orderNumber.trim() };
      await askApi('/api/orders/find', { method: 'POST', body });
      setSent(true);
    },
  });
  return (
    <section className={styles.find} aria-labelledby="find-order">
      <h2 id="find-order" className={styles.findTitle}>
        {texts.title}
      </h2>
      <p className="small quiet">{texts.lead}</p>
      {isSent && (
        <Notice tone="ok" role="status" title={texts.sent}>
          {texts.sentText}
        </Notice>
      )}
      <Form
        form={form}
        labels={{ email: texts.email, orderNumber: texts.number }}
        look="second"
        action={texts.action}
        working={texts.working}
      >
        <FormField
          form={form}
          name="email"
          label={texts.email}
          type="email"
          autoComplete="email"
          inputMode="email"
          required
        />
        <FormField
          form={form}
          name="orderNumber"
          label={texts.number}
          hint={texts.numberHint}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
        />
      </Form>
      {hasSignIn && (
        <p className="small quiet">
          {texts.haveAccount} <Link href={`${paths.signIn}?next=${paths.tickets}`}>{texts.signIn}</Link>
        </p>
      )}
    </section>
  );
}
