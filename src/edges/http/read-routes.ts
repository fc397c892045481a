import Fastify, { type FastifyPluginAsync, type RouteOptions } from 'fastify';

/** The routes that plugins register, as they say them. They are served by nobody for that. */
export async function readRoutes(plugins: readonly FastifyPluginAsync[]): Promise<RouteOptions[]> {
  const routes: RouteOptions[] = [];
  const reader = Fastify();
  // What is registered is asked here, not what it takes and answers.
  reader.setValidatorCompiler(() => () => true);
  reader.setSerializerCompiler(() => JSON.stringify);
  reader.addHook('onRoute', (route) => void routes.push(route));
  for (const each of plugins) await reader.register(each);
  await reader.ready();
  return routes;
}
