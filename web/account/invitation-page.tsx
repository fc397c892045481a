import { useState } from 'react';
import { Link } from 'wouter';
import type { MembershipAnswer } from '../../src/contract/organizers.ts';
import { askApi } from '../api/client.ts';
import { useSignedIn } from '../api/session.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { Form } from '../shop/frame/form/form.tsx';
import { useForm } from '../shop/frame/form/use-form.ts';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { useMailToken } from './mail-token.ts';
import { Sheet } from './sheet.tsx';
import { SignInFields } from './sign-in-fields.tsx';
import { useSignIn } from './use-sign-in.ts';

/** Where the mail of an invitation leads: sign in with the invited address, and accept. */
export function InvitationPage() {
  const { invitation } = textsOf('account');
  const [token] = useMailToken();
  const [joined, setJoined] = useState<MembershipAnswer | null>(null);
  const isSignedIn = useSignedIn();
  if (joined) {
    return (
      <Sheet title={invitation.doneTitle}>
        <Notice tone="ok" role="status" title={invitation.done(joined.organizerName, joined.role)} />
      </Sheet>
    );
  }
  if (token === null) {
    return (
      <Sheet title={invitation.title}>
        <Notice tone="no" title={invitation.noToken} />
      </Sheet>
    );
  }
  return (
    <Sheet
      title={invitation.title}
      lead={isSignedIn ? invitation.leadSignedIn : invitation.lead}
      foot={
        !isSignedIn && (
          <span>
            {invitation.noAccount}{' '}
            <Link className="link" href={paths.register}>
              {invitation.register}
            </Link>
          </span>
        )
      }
    >
      {isSignedIn ? <Accept token={token} onJoined={setJoined} /> : <SignInFirst token={token} onJoined={setJoined} />}
    </Sheet>
  );
}

interface Accepting {
  readonly token: string;
  onJoined(joined: MembershipAnswer): void;
}

const accept = (token: string) =>
  askApi<MembershipAnswer>('/api/invitations/accept', { method: 'POST', body: { token } });

function Accept({ token, onJoined }: Accepting) {
  const { invitation } = textsOf('account');
  const form = useForm({ initial: {}, send: async () => onJoined(await accept(token)) });
  return (
    <Form form={form} labels={{}} action={invitation.accept} working={invitation.working}>
      {null}
    </Form>
  );
}

function SignInFirst({ token, onJoined }: Accepting) {
  const { invitation, fields } = textsOf('account');
  const { form, asksCode } = useSignIn(async () => onJoined(await accept(token)));
  return (
    <Form form={form} labels={fields} action={invitation.signInAndAccept} working={invitation.working}>
      <SignInFields form={form} asksCode={asksCode} />
    </Form>
  );
}
