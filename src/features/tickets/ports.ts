import type { EventBody } from '../../contract/catalog.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { Decision } from '../../kernel/decision.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Locks } from '../../platform/locks/locks.ts';
import type { Queryable, TenantDatabase } from '../../platform/postgres/database.ts';
import type { CancelledPlaces, CatalogRefusal } from '../catalog/index.ts';
import type { Inventory } from '../inventory/index.ts';
import type { OneAtATime } from './commands/one-at-a-time.ts';

/** The catalogue, as far as tickets need it: it owns capacities and makes places. */
export interface Capacities {
  readonly commands: {
    raiseCapacity(
      raise: { eventId: number; ticketTypeId: number | null; quantity: number },
      context: CommandContext,
    ): Promise<Decision<{ readonly ticketsCreated: number; readonly ticketTypeId: number }, CatalogRefusal>>;
    lockEventForChange(tx: Queryable, id: { eventId: number; organizerId: number }): Promise<boolean>;
    countCancelledPlaces(
      tx: Queryable,
      places: { eventId: number; cancelled: readonly CancelledPlaces[] },
      context: CommandContext,
    ): Promise<void>;
  };
  readonly queries: {
    eventPage(eventId: number): Promise<EventBody | null>;
    describePerformers(event: EventBody): Promise<(EventBody['performers'][number] & { description: string | null })[]>;
  };
  eventsChanged(eventIds: readonly number[]): void;
}

/** What commands and queries of tickets work with. */
export interface TicketParts {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly inventory: Inventory;
  readonly catalog: Capacities;
  readonly locks: Locks;
  /** Whoever adds places names those that it added: works of one event, one after the other. */
  readonly oneAtATime: OneAtATime;
  readonly random: RandomBytes;
}
