import type { CardProviderName } from '../../../contract/booking.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { OutsideCall } from '../../../platform/outside-call/outside-call.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { readProviderName } from '../domain/provider-name.ts';
import { accountsInUse, noteAccountUse } from '../store/payment-accounts.ts';
import { type GuardedPaymentProvider, guardPaymentProvider } from './guard-payment-provider.ts';
import type { PaymentProvider } from './payment-provider.ts';

/** A company that takes cards: to the platform's own account, or to one that an organiser has there. */
export interface CardCompany {
  /** As purchases may name it; `provider` has the same name. */
  readonly name: CardProviderName;
  readonly provider: PaymentProvider;
  /** Absent where organisers can have no account of their own: all money then goes to the platform's. */
  readonly ofAccount?: (account: string) => PaymentProvider;
  /** What the buyer's browser speaks to it with. */
  readonly publishableKey?: string | undefined;
}

/** Who takes cards, for whom. */
export interface CardProviders {
  readonly name: CardProviderName;
  /** For an organiser, from now on. */
  of(organizerId: number): Promise<GuardedPaymentProvider>;
  /** The account that an organiser has set; null if its money goes to the platform's own. */
  accountOf(organizerId: number): Promise<string | null>;
  /** By the name that a booking or payment remembers. */
  byName(name: string): GuardedPaymentProvider | undefined;
  /** All whose books may hold something that ours have not. */
  inUse(): Promise<GuardedPaymentProvider[]>;
}

/** Of so many accounts the way to ask them is kept ready. */
const keptMax = 500;

/** All accounts are asked through one guard: it is one company that answers, or does not. */
export function createCardProviders(parts: {
  readonly company: CardCompany;
  readonly call: OutsideCall;
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly accountOf: (organizerId: number) => Promise<string | null>;
}): CardProviders {
  const { company, call, database, clock } = parts;
  const { name: companyName, ofAccount: openAccount } = company;
  const accountOf = openAccount ? parts.accountOf : async () => null;
  const own = guardPaymentProvider(company.provider, call);
  const kept = new Map<string, GuardedPaymentProvider>();

  function ofAccount(account: string): GuardedPaymentProvider {
    if (!openAccount) throw new Error(`${companyName} knows no accounts of organisers`);
    const known = kept.get(account);
    if (known) return known;
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value!);
    const made = guardPaymentProvider(openAccount(account), call);
    kept.set(account, made);
    return made;
  }

  return {
    name: companyName,
    accountOf,
    async of(organizerId) {
      const account = await accountOf(organizerId);
      if (account === null) return own;
      await noteAccountUse(database.as({ organizerId }), { organizerId, account }, clock.now());
      return ofAccount(account);
    },
    byName(name) {
      const { company: asked, account } = readProviderName(name);
      if (name === companyName) return own;
      return asked === companyName && account !== null && openAccount ? ofAccount(account) : undefined;
    },
    inUse: async () =>
      openAccount ? [own, ...(await accountsInUse(database.bypassingRls, clock.now())).map(ofAccount)] : [own],
  };
}
