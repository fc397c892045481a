import { Type } from 'typebox';
import { closed, Formed, LanguageName, Nullable, type Of, OneLine, Uuid } from './common.ts';

const Email = Type.String({ format: 'email', maxLength: 254 });
/** Any text up to a length that no password has; the rules are the domain's, which says what is wrong. */
export const Password = Type.String({ maxLength: 1024, format: 'clean-text' });
const OpaqueToken = Formed('^[\\w-]+$', 'must be a token as we gave it', { minLength: 1, maxLength: 200 });
export const SecondFactorCode = Formed('^[A-Za-z0-9 -]+$', 'must be a code of digits, or one of the recovery codes', {
  minLength: 1,
  maxLength: 20,
});

export const RegisterBody = Type.Object(
  { email: Email, password: Password, name: Type.Optional(OneLine(100)), language: Type.Optional(LanguageName()) },
  closed,
);
export const LoginBody = Type.Object(
  {
    email: Type.String({ maxLength: 254, format: 'clean-text' }),
    password: Password,
    code: Type.Optional(SecondFactorCode),
    deviceToken: Type.Optional(OpaqueToken),
    browser: Type.Optional(
      Type.Boolean({
        description: 'Keep the refresh token in a cookie that scripts cannot read, instead of the body.',
      }),
    ),
  },
  closed,
);
export const ChangeMeBody = Type.Object({ language: LanguageName() }, closed);
export const MailBody = Type.Object({ email: Email }, closed);
export const MailTokenBody = Type.Object({ token: OpaqueToken }, closed);
export const RefreshBody = Type.Optional(
  Nullable(Type.Object({ refreshToken: Type.Optional(OpaqueToken), browser: Type.Optional(Type.Boolean()) }, closed)),
);
export const ChangePasswordBody = Type.Object(
  { password: Password, newPassword: Password, browser: Type.Optional(Type.Boolean()) },
  closed,
);
export const ChangeMailBody = Type.Object(
  { email: Email, password: Password, code: Type.Optional(SecondFactorCode) },
  closed,
);
export const ResetPasswordBody = Type.Object({ token: OpaqueToken, password: Password }, closed);
export const PasswordBody = Type.Object({ password: Password }, closed);
export const CodeBody = Type.Object({ code: SecondFactorCode }, closed);
export const PasswordAndCodeBody = Type.Object({ password: Password, code: SecondFactorCode }, closed);

export const MessageSchema = Type.Object({ success: Type.Boolean(), message: Type.String() });

export const AccountSchema = Type.Object({
  accountId: Uuid(),
  email: Type.String(),
  name: Nullable(Type.String()),
  emailVerified: Type.Boolean(),
  secondFactor: Type.Boolean(),
  isPlatformOwner: Type.Boolean(),
  language: Nullable(LanguageName()),
  createdAt: Type.String(),
  memberships: Type.Array(
    Type.Object({
      organizerId: Type.Integer(),
      organizer: Type.String({ description: 'Its slug: what `X-Organizer` names.' }),
      name: Type.String(),
      role: Type.String(),
      rights: Type.Array(Type.String()),
    }),
  ),
});
export type AccountAnswer = Of<typeof AccountSchema>;

export const TokensSchema = Type.Object({
  accessToken: Type.String({ description: 'For `Authorization: Bearer …`.' }),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds that the access token lives.' }),
  expiresAt: Type.String(),
  refreshToken: Type.Optional(
    Type.String({ description: 'Good once, for a new pair. Not there in browser mode: it is in a cookie then.' }),
  ),
  deviceToken: Type.Optional(
    Type.String({
      description:
        'To keep on this device and send with its next login: others who guess at the account then shut nobody out here. It opens nothing.',
    }),
  ),
  refreshExpiresAt: Type.String(),
  sessionId: Uuid(),
  accountId: Uuid(),
});
export type TokensAnswer = Of<typeof TokensSchema>;

export const MeSchema = Type.Object({ ...AccountSchema.properties, sessionId: Uuid() });

export type MeAnswer = Of<typeof MeSchema>;

export const SessionsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      sessionId: Uuid(),
      current: Type.Boolean(),
      userAgent: Nullable(Type.String()),
      secondFactor: Type.Boolean({ description: 'Whether this login passed a second factor.' }),
      createdAt: Type.String(),
      lastUsedAt: Type.String(),
      expiresAt: Type.String(),
    }),
  ),
  nextCursor: Type.Null(),
});
export type SessionsAnswer = Of<typeof SessionsSchema>;

export const GuestSchema = Type.Object({
  sessionToken: Type.String({ description: 'For `X-Session-Token`.' }),
  sessionId: Type.String(),
});

export const ClaimedSchema = Type.Object({ claimed: Type.Integer() });
export type ClaimedAnswer = Of<typeof ClaimedSchema>;
export const SecondFactorSecretSchema = Type.Object({ secret: Type.String(), otpauthUrl: Type.String() });
export type SecondFactorSecretAnswer = Of<typeof SecondFactorSecretSchema>;
export const RecoveryCodesSchema = Type.Object({ recoveryCodes: Type.Array(Type.String()) });
export type RecoveryCodesAnswer = Of<typeof RecoveryCodesSchema>;

export const JwksSchema = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) });
