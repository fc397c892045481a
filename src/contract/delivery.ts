import { type Static, Type } from 'typebox';
import { closed, OneOf } from './common.ts';

export const PaperQuery = Type.Object(
  {
    language: Type.Optional(
      OneOf(['en', 'de'], 'In which language it is written. Left out: as Accept-Language asks, else English.'),
    ),
  },
  closed,
);
export type PaperRequest = Static<typeof PaperQuery>;
