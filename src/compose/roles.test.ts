import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { FastifyPluginAsync } from 'fastify';
import { startTestApp, type TestApp } from '../../test/support/app.ts';
import { readRoutes } from '../edges/http/read-routes.ts';
import { everyRole, type ProcessRole } from '../kernel/process-role.ts';
import { jobsOf, routesOf } from './roles.ts';

/** `METHOD /path` of all that these plugins register. */
async function tableOf(plugins: readonly FastifyPluginAsync[]): Promise<string[]> {
  const routes = await readRoutes(plugins);
  return routes.flatMap(({ method, url }) => [method].flat().map((one) => `${one} ${url}`)).sort();
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
    assert.deepEqual(testApp.core.elsewhere, []);
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

  for (const roles of [...everyRole.map((role) => [role]), ['identity', 'live'] as ProcessRole[], everyRole]) {
    test(`${roles.join(' and ')}: has its own routes, and answers any other as unknown`, async () => {
      const { core, app } = await startTestApp({ roles });
      const own = await tableOf(routesOf(testApp.core.slices, roles));
      const served = all.filter((route) => {
        const [method, url] = route.split(' ') as [string, string];
        return app.hasRoute({ method, url });
      });
      assert.deepEqual(served, own);
      assert.deepEqual(
        core.jobs.map(({ name }) => name),
        jobsOf(testApp.core.jobs, roles).map(({ name }) => name),
      );
      for (const [role, url] of [
        ['catalog', '/api/events'],
        ['search', '/api/search'],
        ['identity', '/.well-known/jwks.json'],
      ] as const) {
        const { statusCode, headers } = await app.inject(url);
        assert.equal(statusCode, roles.includes(role) ? 200 : 404, url);
        if (statusCode === 404) assert.match(String(headers['content-type']), /^application\/problem\+json/);
      }
      for (const url of ['/health', '/health/ready', '/health/live', '/metrics']) {
        assert.equal((await app.inject(url)).statusCode, 200, url);
      }
    });
  }

  test('describe the whole API, whichever of them is asked', async () => {
    const { app } = await startTestApp({ roles: ['live'] });
    const of = async (server: TestApp['app']) =>
      Object.keys((await server.inject('/openapi.json')).json().paths).sort();
    assert.deepEqual(await of(app), await of(testApp.app));
    assert.equal((await app.inject('/docs')).statusCode, 200);
  });
});
