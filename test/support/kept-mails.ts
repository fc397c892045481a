import type { TestApp } from './app.ts';

/** A mail that is kept instead of sent, as text. */
export interface KeptMail {
  readonly mailId: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * The mails that went to an address, oldest first. Read by the owner's key, as it goes in every configuration: without one they are
 * for whoever sits at the machine, and behind a gateway nobody does. `awaited`: so many at least are on their way.
 */
export async function mailsTo(
  { client, staff, eventually }: Pick<TestApp, 'client' | 'staff' | 'eventually'>,
  address: string,
  awaited = 0,
): Promise<KeptMail[]> {
  const list = `/dev/mail?to=${encodeURIComponent(address)}&format=json`;
  const items = await eventually(async () => {
    const { body } = await client.send('GET', list, staff);
    const found = body.items as { readonly mailId: string; readonly subject: string }[];
    return found.length >= awaited ? found : null;
  }, `${awaited} mails to ${address}`);
  return Promise.all(
    items.toReversed().map(async ({ mailId, subject }) => {
      const { text } = await client.send('GET', `/dev/mail/${mailId}?format=text`, staff);
      return { mailId, subject, text };
    }),
  );
}
