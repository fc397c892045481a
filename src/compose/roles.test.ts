import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import Fastify, { type FastifyPluginAsync } from 'fastify';
import { startTestApp, type TestApp } from '../../test/support/app.ts';
import { everyRole, jobsOf, routesOf } from './roles.ts';

/** `METHOD /path` of all that these plugins register. */
async function tableOf(routes: readonly FastifyPluginAsync[]): Promise<string[]> {
  const table: string[] = [];
  const http = Fastify();
  // What is registered is asked here, not what it answers.
  http.setValidatorCompiler(() => () => true);
  http.setSerializerCompiler(() => JSON.stringify);
  http.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) table.push(`${one} ${url}`);
  });
  for (const each of routes) await http.register(each);
  await http.ready();
  return table.sort();
}

describe('the roles of a process', () => {
  let testApp: TestApp;
  let all: string[];
  before(async () => {
    testApp = await startTestApp();
    all = await tableOf(testApp.core.routes);
  });

  test('have all routes together, and none twice', async () => {
    const perRole = await Promise.all(everyRole.map((role) => tableOf(routesOf(testApp.core.slices, [role]))));
    assert.deepEqual(perRole.flat().sort(), all);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.length > 200, `${all.length} routes`);
  });

  test('have what the server serves', () => {
    for (const route of all) {
      const [method, url] = route.split(' ') as [string, string];
      assert.ok(testApp.app.hasRoute({ method, url }), route);
    }
  });

  test('share what they have by what it is about', async () => {
    const searching = await tableOf(routesOf(testApp.core.slices, ['search']));
    assert.ok(searching.includes('GET /api/search'));
    const selling = await tableOf(routesOf(testApp.core.slices, ['booking']));
    assert.ok(selling.includes('POST /api/tickets/purchase') && selling.includes('POST /api/tickets/reserve'));
    assert.ok(!selling.includes('GET /api/events/:eventId'));
    assert.deepEqual(routesOf(testApp.core.slices, ['worker']), []);
  });

  test('have all jobs together: one for everybody runs in the worker, one about events where events are owned', () => {
    const { jobs } = testApp.core;
    const names = jobs.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(jobsOf(jobs, everyRole), jobs);
    for (const { name, runs } of jobs) {
      const runBy = everyRole.filter((role) => jobsOf(jobs, [role]).some((job) => job.name === name));
      const expected = { 'once in the cluster': ['worker'], 'where the event is owned': ['booking'] };
      assert.deepEqual(runBy, runs === 'in every process' ? everyRole : expected[runs], name);
    }
  });
});
