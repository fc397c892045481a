/**
 * What an API test may need beside the wire, said at the test: `test('…', needs('clock'), async () => …)`, or at a `describe` for all
 * that stands in it. Whoever uses one unsaid fails.
 * - `clock`: time that stands still until the test moves it;
 * - `database`: the rows themselves;
 * - `jobs`: single jobs of a server, run when the test says;
 * - `process`: the parts the app is made of, settings of its own, the server as an object.
 */
export const allNeeds = ['clock', 'database', 'jobs', 'process'] as const;

export type Need = (typeof allNeeds)[number];
