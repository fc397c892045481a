import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Route, Switch } from 'wouter';
import { beginSeats } from '../seat-map/begin.ts';
import { NotFound } from './frame/not-found.tsx';
import { lazyView } from './lazy-view.tsx';

const Home = lazyView(async () => ({ View: (await import('./home/home-view.tsx')).HomeView }), 'home');
const Event = lazyView(async () => ({ View: (await import('./event/event-view.tsx')).EventView }), 'event');
const Organizer = lazyView(
  async () => ({ View: (await import('./organizer/organizer-view.tsx')).OrganizerView }),
  'event',
  'home',
);
const Legal = lazyView(async () => ({ View: (await import('./organizer/legal-view.tsx')).LegalView }), 'event');
const Seats = lazyView(() => import('../seat-map/view.tsx'), 'seat-map', 'event');
const Pay = lazyView(() => import('../pay/view.tsx'), 'pay', 'seat-map');
const Tickets = lazyView(() => import('../tickets/view.tsx'), 'tickets');
const Account = lazyView(() => import('../account/view.tsx'), 'account');

/** Loads the view of an address that the server has begun, and what it shows, so that it is drawn at once. */
export async function loadViewAt(path: string, queries: QueryClient): Promise<void> {
  const [, part, id, rest] = path.split('/');
  const isSeats = part === 'e' && rest === 'seats';
  const view = { '': Home, e: isSeats ? Seats : Event, o: rest === 'legal' ? Legal : Organizer }[part ?? ''];
  // Whatever fails here fails again where it is drawn, and says so there.
  await Promise.all([isSeats && beginSeats(Number(id), queries), view?.load().catch(() => {})]);
}

/** Which view an address shows. `/pay/…` is always entered by a page load: its page may do more (Stripe), and is never kept. */
export function Routes() {
  return (
    <Switch>
      <Route path="/" component={Home} />
      <Route path="/e/:id/seats">{({ id }) => <Seats id={Number(id)} />}</Route>
      <Route path="/e/:id/:slug?">{({ id }) => <Event id={Number(id)} />}</Route>
      <Route path="/o/:slug">{({ slug }) => <Organizer slug={slug} />}</Route>
      <Route path="/o/:slug/legal/:kind">{({ slug, kind }) => <Legal slug={slug} kind={kind} />}</Route>
      <Route path="/pay/:reservationId/:back?">
        {({ reservationId }) => (
          <FullLoad>
            <Pay reservationId={reservationId} />
          </FullLoad>
        )}
      </Route>
      <Route path="/tickets/:bookingId?" component={Tickets} />
      <Route path="/order/:token" component={Tickets} />
      <Route path="/account/*?" component={Account} />
      <Route path="/sign-in" component={Account} />
      <Route path="/register" component={Account} />
      <Route path="/verify" component={Account} />
      <Route path="/reset" component={Account} />
      <Route path="/mail-address" component={Account} />
      <Route path="/invitation" component={Account} />
      <Route component={NotFound} />
    </Switch>
  );
}

/** What the page was loaded for: the address then. */
const loadedFor = location.pathname;

function FullLoad({ children }: { readonly children: React.ReactNode }) {
  const isOwnPage = loadedFor.startsWith('/pay/');
  useEffect(() => {
    if (!isOwnPage) location.reload();
  }, [isOwnPage]);
  return isOwnPage ? children : null;
}
