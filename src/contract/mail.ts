import { type Static, Type } from 'typebox';
import { InstantText } from './common.ts';

/** Wire schemas of mails that are kept instead of sent. */
const KeptMailSchema = Type.Object({
  mailId: Type.String(),
  from: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  at: InstantText(),
});
export const KeptMailList = Type.Object({ items: Type.Array(KeptMailSchema) });
export const WholeMailSchema = Type.Object({
  ...KeptMailSchema.properties,
  messageId: Type.String(),
  text: Type.String(),
  html: Type.String(),
  attachments: Type.Array(
    Type.Object({
      name: Type.String(),
      contentType: Type.String(),
      contentId: Type.Optional(Type.String()),
      base64: Type.String(),
    }),
  ),
});

export type KeptMailAnswer = Static<typeof KeptMailSchema>;
