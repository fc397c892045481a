import { Route, Switch } from 'wouter';
import { useSignedIn } from '../api/session.ts';
import { AccountPage } from './account-page.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { MailAddressPage } from './mail-address-page.tsx';
import { RegisterPage } from './register-page.tsx';
import { ResetPage } from './reset-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { VerifyPage } from './verify-page.tsx';

/** Everything about one's account, and where the mails about it lead. */
export function View() {
  const isSignedIn = useSignedIn();
  return (
    <Switch>
      <Route path="/register" component={RegisterPage} />
      <Route path="/verify" component={VerifyPage} />
      <Route path="/reset" component={ResetPage} />
      <Route path="/mail-address" component={MailAddressPage} />
      <Route path="/invitation" component={InvitationPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route>{isSignedIn ? <AccountPage /> : <SignInPage />}</Route>
    </Switch>
  );
}
