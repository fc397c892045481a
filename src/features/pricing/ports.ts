/** The live sales, as far as codes reach them: they take new codes after the commit. */
export interface LiveSales {
  refreshRules(eventId: number): Promise<void>;
}
