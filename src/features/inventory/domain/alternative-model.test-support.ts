import assert from 'node:assert/strict';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { EventLedger } from './ledger.ts';
import type { LedgerModel } from './ledger-model.test-support.ts';
import { type HoldRequest, placeState } from './types.ts';

type Placed = ReturnType<EventLedger['place']>;

/** An answer without what is offered beside the refusal. */
export function withoutAlternative(answer: Placed): Placed {
  if (answer.accepted || answer.refusal.code !== 'SEATS_TAKEN') return answer;
  const { alternative: _, ...refusal } = answer.refusal;
  return { accepted: false, refusal };
}

/** An alternative is offered if, and only if, there is one: looked for by trying every place as the first. */
export function checkAlternative(
  model: LedgerModel,
  { besideNext, seatCount }: SeatGeometry,
  { selection }: Pick<HoldRequest, 'selection'>,
  answer: Placed,
): void {
  assert.ok(!answer.accepted && answer.refusal.code === 'SEATS_TAKEN' && selection.kind === 'tickets');
  const wanted = [...new Set(selection.ticketIds)].map((id) => model.byTicket(id)!);
  const { ticketTypeId } = wanted[0]!;
  const isSeated = model.rules.types.find((type) => type.ticketTypeId === ticketTypeId)!.seated;
  const isFree = (placeNo: number) => {
    const place = model.places.find((one) => one.placeNo === placeNo);
    return place?.state === placeState.available && place.ticketTypeId === ticketTypeId && !model.isByChoice(placeNo);
  };
  const isBlock = (first: number) =>
    wanted.every((_, i) => isFree(first + i) && (i === 0 || besideNext[first + i - 1] === 1));
  const seats = Array.from({ length: seatCount }, (_, seat) => seat);
  const isPossible = isSeated
    ? wanted.every(({ placeNo }) => placeNo < seatCount && !model.isByChoice(placeNo)) && seats.some(isBlock)
    : model.places.filter(({ placeNo }) => isFree(placeNo)).length >= wanted.length;
  const isOneType = wanted.every((place) => place.ticketTypeId === ticketTypeId);
  const { alternative } = answer.refusal;
  assert.equal(alternative !== undefined, isOneType && isPossible);
  if (alternative === undefined) return;
  const placeNos = alternative.map(({ ticketId }) => model.byTicket(ticketId)!.placeNo);
  assert.equal(new Set(placeNos).size, wanted.length);
  assert.ok(placeNos.every(isFree));
  if (isSeated) assert.ok(isBlock(placeNos[0]!) && placeNos.every((no, i) => no === placeNos[0]! + i));
}
