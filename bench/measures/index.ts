import type { Measure } from '../bench.ts';
import { cache } from './cache.ts';
import { clusterSale } from './cluster-sale.ts';
import { connections } from './connections.ts';
import { expiry } from './expiry.ts';
import { growth } from './growth.ts';
import { hold } from './hold.ts';
import { hops } from './hops.ts';
import { ledger } from './ledger.ts';
import { listing } from './listing.ts';
import { live } from './live.ts';
import { liveRole } from './live-role.ts';
import { logins } from './logins.ts';
import { order } from './order.ts';
import { overload } from './overload.ts';
import { ownership } from './ownership.ts';
import { pages } from './pages.ts';
import { peers } from './peers.ts';
import { processes } from './processes.ts';
import { purchase } from './purchase.ts';
import { search } from './search.ts';
import { start } from './start.ts';
import { verify } from './verify.ts';

/** In the order in which they run. */
export const measures: readonly Measure[] = [
  start,
  purchase,
  order,
  connections,
  live,
  liveRole,
  logins,
  hold,
  pages,
  growth,
  expiry,
  overload,
  ledger,
  peers,
  hops,
  ownership,
  processes,
  clusterSale,
  cache,
  listing,
  search,
  verify,
];
