import { type Static, Type } from 'typebox';
import { Nullable } from './common.ts';

/** What the code of a ticket is, for every answer that shows it. */
export const TicketCodeText = Nullable(
  Type.String({
    description:
      'What the door scans, as a QR code: 120 characters of base64url, signed (the keys: GET /.well-known/ticket-keys.json). Whoever has ' +
      'it comes in. null: the ticket is not sold, or was given back.',
  }),
);

export const TicketKeysSchema = Type.Object({
  keys: Type.Array(
    Type.Object({
      kid: Type.Integer({
        description: 'The number of the key, as it stands in the lower six bits of a code’s first byte.',
      }),
      alg: Type.String({ description: 'EdDSA, by Ed25519.' }),
      publicKey: Type.String({ description: 'Its 32 bytes, as base64url.' }),
      validFrom: Type.String({ description: 'It signs the codes of what is ordered from then on.' }),
      validTo: Nullable(
        Type.String({ description: 'And up to then. Codes that it signed stay good. null: the last one.' }),
      ),
    }),
    { description: 'Those that hold. A code whose key is not here lets nobody in.' },
  ),
});
export type TicketKeysAnswer = Static<typeof TicketKeysSchema>;
