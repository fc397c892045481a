/** What the importer is asked to do. */
export interface ImportOptions {
  /** Puts every show on sale that is ahead, has places and a price, and is neither cancelled nor postponed. */
  readonly publish: boolean;
  /** A seating plan by id or name: shows are sold on its seats. */
  readonly plan: string | null;
  /** How many people a show takes, where its page does not say. */
  readonly capacity: number | null;
  /** What a ticket costs, where the page does not say: decimal, in the currency of the show, or of the organiser. */
  readonly price: number | null;
  /** When sales start, where the page does not say. */
  readonly onSaleFrom: number | null;
  /** Moves every date on by this period; see shiftShow. */
  readonly shift: Temporal.Duration | null;
  /** Date, place and price of shows that have bookings may change; else such a show is refused. */
  readonly changeSold: boolean;
  /** Shows that have bookings may be called off, with all money given back; else such a show is refused. */
  readonly callOff: boolean;
  /** Of every venue, and of dates without zone; null: found out from each place. */
  readonly timeZone: string | null;
}
