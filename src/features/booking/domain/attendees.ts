export interface AttendeeName {
  readonly ticketId: string;
  readonly name: string;
}

/** The tickets among these that nobody is named for, and the names that belong to none of them. */
export function missingNames(
  ticketIds: readonly string[],
  attendees: readonly AttendeeName[],
): { readonly unnamed: readonly string[]; readonly foreign: readonly string[] } {
  const named = new Set(attendees.map(({ ticketId }) => ticketId));
  return {
    unnamed: ticketIds.filter((id) => !named.has(id)),
    foreign: [...named].filter((id) => !ticketIds.includes(id)),
  };
}
