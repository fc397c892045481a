import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type ProblemCode, problemKind } from '../../src/contract/problems.ts';
import { type OnProblem, wireFacts } from '../../src/edges/http/errors.ts';
import { atEnd } from './database.ts';

/**
 * Watches what routes answer in a test, and fails it at its end if one answered a code that it does not declare
 * (`config.problems`), or facts that its code does not have (`src/contract/problems/`).
 */
export function watchProblems(): OnProblem {
  const undeclared = new Set<string>();
  atEnd(async () => assert.deepEqual([...undeclared], [], 'routes answered what they do not declare'));
  return (refusal, { method, url, config }) => {
    const declared: readonly ProblemCode[] | undefined = config.problems;
    if (declared === undefined) return;
    const { code } = refusal;
    if (!declared.includes(code))
      undeclared.add(`${method} ${url} answers ${code}: add it to the route's config.problems`);
    const facts = Type.Object(problemKind(code).facts ?? {}, { additionalProperties: false });
    const sent: unknown = JSON.parse(JSON.stringify(wireFacts(refusal)));
    if (!Value.Check(facts, sent))
      undeclared.add(`${code} has facts that it does not declare: ${JSON.stringify(sent)}`);
  };
}
