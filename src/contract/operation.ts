import { Type } from 'typebox';

/** What an operator asks: whether the process works, and what it works without. */
export const HealthSchema = Type.Object({
  status: Type.String(),
  version: Type.String(),
  degraded: Type.Array(Type.String()),
});

/** The same with how long each server that it uses took to give a sign of life, in milliseconds; null: none in time. */
export const HealthWithLatenciesSchema = Type.Object({
  ...HealthSchema.properties,
  latencyMs: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
});
