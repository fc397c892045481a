import type { BookingAnswer } from '../../src/contract/booking.ts';
import { askApi } from '../api/client.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Form, FormField } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { textsOf } from '../texts/texts.ts';
import { placeOf } from './places.ts';

/** Who will sit where, where the show asks for it. */
export function VisitorsDialog({
  order,
  onClose,
  onChanged,
}: {
  readonly order: BookingAnswer;
  onClose(): void;
  onChanged(): void;
}) {
  const texts = textsOf('tickets').visitors;
  const tickets = order.tickets.filter(({ code }) => code !== null);
  const form = useForm<string>({
    initial: Object.fromEntries(tickets.map(({ ticketId, attendeeName }) => [ticketId, attendeeName ?? ''])),
    check: (values) =>
      Object.fromEntries(
        Object.entries(values)
          .filter(([, name]) => name.trim() === '')
          .map(([id]) => [id, texts.missing]),
      ),
    async send(values) {
      const attendees = Object.entries(values).map(([ticketId, name]) => ({ ticketId, name: name.trim() }));
      await askApi(`/api/bookings/${order.bookingId}/attendees`, { method: 'PUT', body: { attendees } });
      onChanged();
      onClose();
    },
  });
  const labels = Object.fromEntries(tickets.map((ticket) => [ticket.ticketId, placeOf(ticket)]));
  return (
    <Dialog title={texts.title} onClose={onClose} actions={null}>
      <Form
        form={form}
        labels={labels}
        action={texts.save}
        working={texts.working}
        more={
          <Button look="quiet" onClick={onClose}>
            {texts.cancel}
          </Button>
        }
      >
        {tickets.map((ticket) => (
          <FormField
            key={ticket.ticketId}
            form={form}
            name={ticket.ticketId}
            label={labels[ticket.ticketId]!}
            autoComplete="off"
            maxLength={100}
            required
          />
        ))}
      </Form>
    </Dialog>
  );
}
