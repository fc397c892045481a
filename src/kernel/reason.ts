/*
 * Why something was done. Programs say it in words of ours; what a person typed may name somebody, so it lies apart from the
 * history, beside the contacts, and goes with the person (see docs/adr/0016). Wherever a reason is kept stands a
 * reference to it then: `text:` and an id.
 */

/** Our own words, all of them. `onsale verify` takes any other word in the history for a text that somebody typed. */
export const ownReasons = {
  cancelledByBuyer: 'cancelled by the buyer',
  cancelledByStaff: 'cancelled by the organiser',
  showCalledOff: 'the show is cancelled',
  showPostponed: 'the show was postponed',
  showResumed: 'the show is on sale again',
  showMoved: 'the show was moved',
  showCorrected: 'the show was corrected',
  cancelled: 'cancelled',
  notTaken: 'the payment could not be taken',
  lateAndFree: 'the payment came late, and the places were still free',
  lateAndGone: 'the payment came too late, and the places were gone',
  refundedByStaff: 'refunded by staff',
  givenBackElsewhere: 'given back at the payment provider',
  takenBackByBank: 'taken back by the bank after a dispute',
  removed: 'removed',
  capacityLowered: 'capacity lowered',
} as const;

/** A reference to a text that a person typed. */
export type TextRef = `text:${string}`;
/** What is kept as a reason. */
export type Reason = (typeof ownReasons)[keyof typeof ownReasons] | TextRef;
/** A reason as it comes in: kept already, or typed just now. */
export type Said = Reason | { readonly typed: string };

export function textRef(textId: string): TextRef {
  return `text:${textId}`;
}

/** What is shown in place of a text that went with its person. */
export const erasedText = '(erased)';

/** Whether a value is a reference. Nobody can type one: what is typed is never kept where references are. */
export function isTextRef(value: unknown): value is TextRef {
  return typeof value === 'string' && /^text:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
