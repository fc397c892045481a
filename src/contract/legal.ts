import { type Static, Type } from 'typebox';
import { closed, LanguageName, OneOf, SerialId, Text } from './common.ts';

/** Texts that an organiser must let buyers read. */
export const legalKinds = ['imprint', 'terms', 'privacy'] as const;
const Kind = () => OneOf(legalKinds);

export const NewLegalText = Type.Object(
  { kind: Kind(), language: LanguageName(), text: Text(50_000, 'Plain text; an empty line begins a paragraph.') },
  closed,
);
export const LegalQuery = Type.Object(
  {
    kind: Type.Optional(Kind()),
    language: Type.Optional(LanguageName()),
    version: Type.Optional(SerialId('This version, instead of those that hold now.')),
  },
  closed,
);
export const LegalText = Type.Object({
  kind: Kind(),
  version: Type.Integer({ description: 'Counts the versions of its kind, whatever their language.' }),
  language: LanguageName(),
  since: Type.String({ format: 'date-time' }),
  text: Type.String(),
});
export const LegalTexts = Type.Object({ items: Type.Array(LegalText) });

/** Which versions a buyer has agreed to. */
export const Consent = Type.Object(
  { terms: Type.Optional(SerialId()), privacy: Type.Optional(SerialId()) },
  { ...closed, description: 'The versions of the organiser’s terms and privacy page that the buyer has agreed to.' },
);

export type LegalTextAnswer = Static<typeof LegalText>;
