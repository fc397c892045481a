import { placeState } from '../domain/types.ts';

/** The states of places as answers spell them. */
export const placeLetters: Readonly<Record<number, string>> = {
  [placeState.available]: 'a',
  [placeState.held]: 'h',
  [placeState.reserved]: 'r',
  [placeState.sold]: 's',
  [placeState.blocked]: 'b',
  [placeState.none]: '-',
};
const letterBytes = Uint8Array.from({ length: 6 }, (_, state) => placeLetters[state]!.charCodeAt(0));

/** One letter per place. */
export function statesText(states: Uint8Array): string {
  const text = Buffer.allocUnsafe(states.length);
  for (let i = 0; i < states.length; i++) text[i] = letterBytes[states[i]!]!;
  return text.toString('latin1');
}
