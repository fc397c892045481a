import { ProblemSchema } from '../../contract/problem.ts';
import { type ProblemCode, problems } from '../../contract/problems.ts';
import { byStatus } from './route-problems.ts';

interface Operation {
  readonly 'x-problems'?: readonly ProblemCode[];
  responses?: Record<string, { description: string; content?: object }>;
}

interface Described {
  readonly paths?: Readonly<Record<string, unknown>>;
  components?: { schemas?: object; responses?: object };
}

/**
 * Says in the API description which problems each operation can answer: a response for each status, with its codes and what
 * they mean. Operations name their codes (`x-problems`); responses that many operations share are written once.
 */
export function describeProblems<Document extends Described>(document: Document): Document {
  const shared: Record<string, object> = {};
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
      const codes = operation['x-problems'];
      if (codes === undefined) continue;
      operation.responses ??= {};
      for (const [status, some] of byStatus(codes)) {
        const own = operation.responses[status];
        const name = `${status}: ${some.join(' ')}`.replaceAll(/[^A-Z0-9]+/g, '.');
        shared[name] ??= responseOf(some);
        // A route may answer the same status with something else too: health is such.
        operation.responses[status] = own
          ? { ...own, content: { ...own.content, ...responseOf(some).content } }
          : ({ $ref: `#/components/responses/${name}` } as never);
      }
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: { ...ProblemSchema, $id: undefined } },
    responses: { ...document.components?.responses, ...shared },
  };
  return document;
}

function responseOf(codes: readonly ProblemCode[]) {
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { type: 'string', enum: codes } },
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'),
    content: { 'application/problem+json': { schema } },
  };
}
