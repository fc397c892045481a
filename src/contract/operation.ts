import { Type } from 'typebox';

/** What an operator asks: whether the process works, and what it works without. */
export const HealthSchema = Type.Object({
  status: Type.String(),
  version: Type.String(),
  degraded: Type.Array(Type.String()),
});
