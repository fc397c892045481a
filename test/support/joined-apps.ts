import { startTestApp, type TestApp } from './app.ts';
import { createTestDatabase } from './database.ts';
import { type JoinedProcess, joinedProcesses } from './joined-processes.ts';

/** One of several processes, with its app. */
export type JoinedApp = JoinedProcess & TestApp;

/** The app of a joined process. `how`: as {@link startTestApp}. */
export async function startJoinedApp(one: JoinedProcess, how: Parameters<typeof startTestApp>[0]): Promise<JoinedApp> {
  return { ...one, ...(await startTestApp({ ...how, ...one.ports })) };
}

/** Two processes on a database of their own and by one clock, of which the first owns all events. `more`: for each app what else it is started with. */
export async function startOwnerAndFront(more: () => Promise<Parameters<typeof startTestApp>[0]> = async () => ({})) {
  const { database, connection } = await createTestDatabase();
  const processes = joinedProcesses({ database, connection });
  const [one, other] = [await processes.join(), await processes.join()];
  const owner = await startJoinedApp(one, { database, ...(await more()) });
  const front = await startJoinedApp(other, { database, clock: owner.clock, ...(await more()) });
  await processes.ownAll(owner);
  return { database, processes, owner, front };
}
