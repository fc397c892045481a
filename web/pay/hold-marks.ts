/** When a screen reader hears how much time is left: never the ticks. */
const spokenAt = [600, 300, 120, 60, 30];
/** When a dialog asks whether more time is wanted. */
const askedAt = [120, 30];
/** From when on the clock is tinted. */
export const lastSeconds = 120;

/** The mark that the clock has passed on its way from `before` to `now` seconds; the last of them, if it slept. */
function passed(marks: readonly number[], before: number, now: number): number | undefined {
  return marks.filter((mark) => before > mark && now <= mark && now > 0).at(-1);
}

export const spokenMark = (before: number, now: number) => passed(spokenAt, before, now);
export const askedMark = (before: number, now: number) => passed(askedAt, before, now);
