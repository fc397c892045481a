/** A page in the background is painted when somebody looks at it: that is not waited for. */
const patienceMs = 500;

/** Waits until the browser has painted what the document holds. */
export function painted(): Promise<void> {
  return new Promise((done) => {
    // A frame is painted after its callbacks; what is put in line in them comes after the paint.
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, patienceMs);
  });
}
