import type { Measure } from '../bench.ts';
import { connections } from './connections.ts';
import { expiry } from './expiry.ts';
import { growth } from './growth.ts';
import { hold } from './hold.ts';
import { ledger } from './ledger.ts';
import { listing } from './listing.ts';
import { logins } from './logins.ts';
import { order } from './order.ts';
import { overload } from './overload.ts';
import { pages } from './pages.ts';
import { purchase } from './purchase.ts';
import { search } from './search.ts';
import { start } from './start.ts';
import { verify } from './verify.ts';

/** In the order in which they run. What is left out until it exists: sockets. */
export const measures: readonly Measure[] = [
  start,
  purchase,
  order,
  connections,
  logins,
  hold,
  pages,
  growth,
  expiry,
  overload,
  ledger,
  listing,
  search,
  verify,
];
