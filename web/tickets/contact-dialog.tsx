import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import type { OrderContactCorrected } from '../../src/contract/booking-contact.ts';
import { askApi } from '../api/client.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Form, FormField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './contact-dialog.module.css';
import { addressOf, type OrderSource } from './source.ts';

/**
 * Name and mail address of an order as they should have been. Another address ends the link that went to the one before: whoever came by
 * it goes on at the new one at once.
 */
export function ContactDialog({
  order,
  source,
  onClose,
  onCorrected,
}: {
  readonly order: BookingAnswer;
  readonly source: OrderSource;
  onClose(): void;
  /** `email`: where the tickets go now; null: the address is as it was. */
  onCorrected(email: string | null): void;
}) {
  const texts = textsOf('tickets').contact;
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const known = { name: order.customer?.name ?? '', email: order.customer?.email ?? '' };
  const form = useForm({
    initial: known,
    check: ({ name, email }) => ({
      ...(name.trim() === '' && known.name !== '' && { name: texts.nameMissing }),
      ...(!/^\s*\S+@\S+\.\S+\s*$/.test(email) && { email: texts.mailWrong }),
    }),
    async send(values) {
      const [name, email] = [values.name.trim(), values.email.trim()];
      const body = { ...(name !== known.name && { name }), ...(email !== known.email && { email }) };
      if (Object.keys(body).length === 0) return onClose();
      const answer = await askApi<BookingAnswer | OrderContactCorrected>(`${addressOf(source)}/contact`, {
        method: 'PUT',
        body,
      });
      if ('orderLink' in answer) {
        const token = answer.orderLink.split('/').at(-1)!;
        queries.setQueryData([addressOf({ token })], answer);
        navigate(paths.order(token), { replace: true });
      } else queries.setQueryData([addressOf(source)], answer);
      onCorrected('email' in body ? email : null);
    },
  });
  return (
    <Dialog title={texts.title} onClose={onClose} actions={null}>
      <p className={`small quiet ${styles.lead}`}>{texts.lead}</p>
      <Form
        form={form}
        labels={{ name: texts.name, email: texts.email }}
        action={texts.save}
        working={texts.working}
        more={
          <Button look="quiet" onClick={onClose}>
            {texts.cancel}
          </Button>
        }
      >
        <FormField form={form} name="name" label={texts.name} autoComplete="name" maxLength={100} />
        <FormField
          form={form}
          name="email"
          label={texts.email}
          type="email"
          inputMode="email"
          autoComplete="email"
          maxLength={254}
          required
        />
      </Form>
    </Dialog>
  );
}
