import { type Node, typesOf } from './json-ld.ts';

/** schema.org's Event and its subtypes whose names do not end in "Event". */
const named = new Set(['EventSeries', 'Festival', 'Hackathon', 'CourseInstance']);
/** End in "Event" and are none one could attend. */
const unattended = new Set(['BroadcastEvent', 'OnDemandEvent', 'PublicationEvent', 'DeliveryEvent', 'ParcelDelivery']);

/** The kind of show a node is (`MusicEvent`): the most specific of its types. Undefined: it is no event. */
export function eventTypeOf(node: Node): string | undefined {
  const types = typesOf(node).filter((type) => isEventType(type));
  return types.find((type) => type !== 'Event' && type !== 'EventSeries') ?? types[0];
}

function isEventType(type: string): boolean {
  return named.has(type) || (/^(?:[A-Z][A-Za-z]{0,80})?Event$/.test(type) && !unattended.has(type));
}
