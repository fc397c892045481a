import { type Static, Type } from 'typebox';
import {
  Currency,
  closed,
  Formed,
  FreeText,
  guestsWords,
  Nullable,
  OneLine,
  OneOf,
  Page,
  PageQuery,
  SerialId,
  Uri,
  Uuid,
} from './common.ts';
import { scopes } from './rights.ts';

/** Wire schemas of organisers: who sells, who works for them, and which programs act for them. */
const Mail = () => Type.String({ format: 'email', maxLength: 254 });

export const Slug = () =>
  Formed('^[a-z0-9](-?[a-z0-9])*$', 'must be small letters and digits with single dashes between them, like the-barn', {
    minLength: 2,
    maxLength: 50,
    description: 'Names it in addresses and in X-Organizer: small letters, digits, single dashes.',
  });
export const OrganizerParams = Type.Object({ organizer: Slug() }, closed);

const brandingFields = {
  description: Type.Optional(Nullable(FreeText(5000))),
  website: Type.Optional(Nullable(Uri())),
  logoUrl: Type.Optional(Nullable(Uri())),
  accentColor: Type.Optional(
    Nullable(Formed('^#[0-9a-f]{6}$', 'must be a colour like #12ab9f', { description: 'Like #12ab9f.' })),
  ),
  currency: Type.Optional(Currency()),
  timeZone: Type.Optional(
    Nullable(
      OneLine(64, 'IANA time zone, e.g. Europe/Berlin: of its shows at places of which nobody has said the zone.'),
    ),
  ),
};
const settingFields = {
  mailSenderName: Type.Optional(Nullable(OneLine(100, 'Whom its mails come from.'))),
  mailSenderAddress: Type.Optional(Nullable(Mail())),
  mailReplyTo: Type.Optional(Nullable(Mail())),
  paymentAccount: Type.Optional(
    Nullable(
      Formed('^acct_[A-Za-z0-9]{6,60}$', 'must be an account of Stripe: acct_ and letters and digits', {
        description:
          'Its own account at Stripe (acct_…), connected to the platform’s: where the money of payments goes that begin from now on. Null: the platform’s own.',
      }),
    ),
  ),
  guests: Type.Optional(
    OneOf(
      guestsWords,
      'Of its events, unless they say otherwise. refused: who reserves or buys must be logged in; staff and keys need not.',
    ),
  ),
  holdMinutes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 60, description: 'Of its new events, unless they say otherwise.' }),
  ),
  sellerName: Type.Optional(Nullable(OneLine(200, 'Who sells, as receipts say it.'))),
  sellerAddress: Type.Optional(Nullable(FreeText(500))),
  taxNumber: Type.Optional(Nullable(OneLine(50))),
};

export const NewOrganizer = Type.Object(
  {
    name: OneLine(200),
    slug: Type.Optional(Slug()),
    ...brandingFields,
    ...settingFields,
    adminMail: Type.Optional(
      Type.String({ format: 'email', maxLength: 254, description: 'Is invited to be its first admin.' }),
    ),
  },
  closed,
);
export const OrganizerChange = Type.Object(
  { name: Type.Optional(OneLine(200)), ...brandingFields, ...settingFields },
  closed,
);

const publicFields = {
  slug: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  website: Nullable(Type.String()),
  logoUrl: Nullable(Type.String()),
  accentColor: Nullable(Type.String()),
  currency: Type.String({ description: 'Of its events, unless they say otherwise.' }),
  timeZone: Nullable(Type.String()),
};
/** What anybody may know. */
export const Organizer = Type.Object({ organizerId: SerialId(), ...publicFields });
export const OrganizerPage = Page(Organizer);
/** What its own people see. */
export const OrganizerWithSettings = Type.Object({
  organizerId: SerialId(),
  ...publicFields,
  mailSenderName: Nullable(Type.String()),
  mailSenderAddress: Nullable(Type.String()),
  mailReplyTo: Nullable(Type.String()),
  paymentAccount: Nullable(Type.String()),
  guests: OneOf(guestsWords),
  holdMinutes: Type.Integer(),
  sellerName: Nullable(Type.String()),
  sellerAddress: Nullable(Type.String()),
  taxNumber: Nullable(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
});
export const OrganizersQuery = Type.Object(PageQuery, closed);

// People

const roles = ['admin', 'manager', 'clerk', 'door'] as const;
const aboutRoles =
  'admin: everything; manager: all but people and keys; clerk: tickets and reports; door: checks tickets.';
export const RoleText = OneOf(roles, aboutRoles);
/** As requests name it. */
const RoleWish = OneOf(
  [...roles, 'user'],
  `${aboutRoles} user: the former name of clerk, taken until the next version.`,
);
export const Member = Type.Object({
  accountId: Uuid(),
  name: Nullable(Type.String()),
  email: Type.String(),
  role: RoleText,
  since: Type.String(),
});
export const MemberPage = Page(Member);
export const MemberParams = Type.Object({ organizer: Slug(), accountId: Uuid() }, closed);
export const RoleChange = Type.Object({ role: RoleWish }, closed);

export const NewInvitation = Type.Object({ email: Mail(), role: RoleWish }, closed);
export const Invitation = Type.Object({
  invitationId: Uuid(),
  email: Type.String(),
  role: RoleText,
  state: OneOf(['open', 'accepted', 'revoked', 'expired']),
  createdAt: Type.String(),
  expiresAt: Type.String(),
});
export const InvitationPage = Page(Invitation);
export const InvitationParams = Type.Object({ organizer: Slug(), invitationId: Uuid() }, closed);
export const AcceptInvitation = Type.Object(
  { token: Formed('^[\\w-]+$', 'must be the token of the mail', { minLength: 20, maxLength: 100 }) },
  closed,
);
export const Membership = Type.Object({ organizer: Type.String(), organizerName: Type.String(), role: RoleText });
export type MembershipAnswer = Static<typeof Membership>;

// Keys

export const NewApiKey = Type.Object(
  {
    name: OneLine(100),
    scopes: Type.Array(OneOf(scopes), {
      minItems: 1,
      maxItems: scopes.length,
      uniqueItems: true,
      description:
        'What it may do for this organiser; * is everything but to hand out rights (invite, change roles, make another * key) and to change where the money goes.',
    }),
  },
  closed,
);
const keyFields = {
  apiKeyId: Uuid(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  createdBy: Type.String({
    description:
      '`account:<id>`, `key:<id>`, or `system`. When whoever made it leaves, or that key is revoked, it ends.',
  }),
  createdAt: Type.String(),
  revokedAt: Nullable(Type.String()),
};
export const ApiKeyInfo = Type.Object(keyFields);
export const ApiKeyPage = Page(ApiKeyInfo);
export const MadeApiKey = Type.Object({ ...keyFields, key: Type.String({ description: 'Shown only now.' }) });
export const ApiKeyParams = Type.Object({ organizer: Slug(), apiKeyId: Uuid() }, closed);

/** What somebody made, and what ended with their rights. */
const endedFields = {
  revokedKeys: Type.Array(Type.Object({ apiKeyId: Uuid(), name: Type.String() })),
  revokedInvitations: Type.Array(Type.Object({ invitationId: Uuid(), email: Type.String() })),
};
/** What ended with a key. */
export const KeyRevoked = Type.Object({
  success: Type.Literal(true),
  message: Type.String(),
  revokedKeys: endedFields.revokedKeys,
});
export const MemberChanged = Type.Object({ success: Type.Literal(true), message: Type.String(), ...endedFields });
export const LockedOut = Type.Object({
  success: Type.Literal(true),
  message: Type.String(),
  ...endedFields,
  withoutAdmin: Type.Array(Type.String({ description: 'The slug of an organiser whose last admin this was.' })),
});

export const Done = Type.Object({ success: Type.Literal(true), message: Type.String() });

export type OrganizerAnswer = Static<typeof Organizer>;
