import { Link, useLocation, useSearch } from 'wouter';
import { Form } from '../shop/frame/form/form.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { nextPath, withNext } from './next-path.ts';
import { Sheet } from './sheet.tsx';
import { SignInFields } from './sign-in-fields.tsx';
import { useSignIn } from './use-sign-in.ts';

/** Sign in, and come back to where one was. */
export function SignInPage() {
  const { signIn, fields } = textsOf('account');
  const search = useSearch();
  const goOn = useGoOn();
  const { form, asksCode } = useSignIn(goOn);
  const isPaying = nextPath(`?${search}`, location.origin)?.startsWith('/pay/') ?? false;
  return (
    <Sheet
      title={signIn.title}
      lead={isPaying ? signIn.leadPaying : signIn.lead}
      foot={
        <>
          <span>
            {signIn.noAccount}{' '}
            <Link className="link" href={withNext(paths.register, search)}>
              {signIn.register}
            </Link>
          </span>
          <span>
            {signIn.asGuest}{' '}
            <Link className="link" href={paths.tickets}>
              {signIn.find}
            </Link>
          </span>
        </>
      }
    >
      <Form
        form={form}
        labels={fields}
        action={signIn.action}
        working={signIn.working}
        more={
          <Link className="link small" href={withNext(paths.reset, search)}>
            {signIn.forgot}
          </Link>
        }
      >
        <SignInFields form={form} asksCode={asksCode} />
      </Form>
    </Sheet>
  );
}

/** Goes to where `?next=` leads, else to the account. */
function useGoOn(): () => void {
  const search = useSearch();
  const [, navigate] = useLocation();
  return () => {
    const next = nextPath(`?${search}`, location.origin) ?? paths.account;
    // The page of a payment is always loaded as a whole: it may do more than others.
    if (next.startsWith('/pay/')) location.assign(next);
    else navigate(next, { replace: true });
  };
}
