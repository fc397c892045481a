import { generateKeyPairSync } from 'node:crypto';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { keyNoMax } from '../domain/ticket-code.ts';
import { insertTicketKey, lockNextKeyNo, revokeTicketKeys, type TicketKey } from '../store/ticket-keys.ts';

/** A fresh key is known to every server and every door that is online before it signs. */
const leadMs = 5 * 60_000;

/** A fresh pair of Ed25519 keys. */
export function makeTicketKey(keyNo: number, signsFrom: Instant): TicketKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return {
    keyNo,
    publicKey: Buffer.from(x!, 'base64url'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
    signsFrom,
  };
}

/**
 * Has a fresh key sign what is ordered from five minutes on, and answers its number. Codes of earlier orders stay as they are. `isLeaked`:
 * somebody else may have the keys of before: none of them holds any more, and the fresh one signs the codes of all tickets, at once.
 */
export async function rotateTicketKey(
  bypassingRls: Transacting,
  { isLeaked }: { readonly isLeaked: boolean },
  context: CommandContext,
): Promise<Decision<number, { readonly code: 'NUMBERS_USED_UP' }>> {
  const { now } = context;
  return bypassingRls.transaction(async (tx) => {
    const next = await lockNextKeyNo(tx);
    if (next > keyNoMax) return refuse({ code: 'NUMBERS_USED_UP' });
    if (next === 0) await insertTicketKey(tx, makeTicketKey(0, 0), now);
    const keyNo = Math.max(next, 1);
    if (isLeaked) await revokeTicketKeys(tx, now);
    await insertTicketKey(tx, makeTicketKey(keyNo, isLeaked ? 0 : now + leadMs), now);
    const data = { keyNo, isLeaked };
    await appendEvents(tx, [{ stream: 'ticket-keys', type: 'TicketKeyRotated', data }], context);
    return accept(keyNo);
  });
}
