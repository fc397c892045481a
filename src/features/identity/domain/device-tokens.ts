import { timingSafeEqual } from 'node:crypto';
import { createHmacSha256 } from '../../../kernel/hmac.ts';
import { type RandomBytes, systemRandom } from '../../../kernel/ids.ts';

/** The account that a device was signed in to, as it is now. */
interface KnownAccount {
  readonly accountId: string;
  readonly passwordHash: string | null;
}

/**
 * What a device keeps of having been signed in: `<device id><signature>`, good for one account and as long as its password. It
 * opens nothing. It only shows at the next login that this is no stranger, whom others' guesses must not shut out.
 */
export interface DeviceTokens {
  issue(account: KnownAccount): string;
  /** The device's id if the token was issued to this account under its present password, else null. */
  read(token: string, account: KnownAccount): string | null;
}

const tokenPattern = /^([A-Za-z0-9_-]{22})([A-Za-z0-9_-]{43})$/;

export function createDeviceTokens(secret: Uint8Array, random: RandomBytes = systemRandom): DeviceTokens {
  const sign = createHmacSha256(secret);
  const signatureOf = (deviceId: string, { accountId, passwordHash }: KnownAccount) =>
    sign(`device ${deviceId} ${accountId} ${passwordHash ?? ''}`);
  return {
    issue(account) {
      const deviceId = Buffer.from(random(16)).toString('base64url');
      return deviceId + signatureOf(deviceId, account);
    },
    read(token, account) {
      const [, deviceId, signature] = tokenPattern.exec(token) ?? [];
      if (deviceId === undefined || signature === undefined) return null;
      return timingSafeEqual(Buffer.from(signatureOf(deviceId, account)), Buffer.from(signature)) ? deviceId : null;
    },
  };
}
