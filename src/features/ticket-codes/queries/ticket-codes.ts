import { createPrivateKey, sign as cryptoSign, type KeyObject } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { makeTicketKey } from '../commands/rotate-ticket-key.ts';
import { keyFor, toCodeText, toSignedBytes } from '../domain/ticket-code.ts';
import { insertTicketKey, readTicketKeys, type TicketKey } from '../store/ticket-keys.ts';

/** A ticket as its code names it. */
export interface CodedTicket {
  readonly ticketId: string;
  readonly eventId: number;
  /** When it was ordered. */
  readonly issuedAt: Instant;
}

/** The codes that doors scan. Whoever asks has seen to it that the reader may come in with these tickets. */
export interface TicketCodes {
  /** The codes of tickets, by ticket id: for the same ticket always the same. */
  codesOf(tickets: readonly CodedTicket[]): Promise<ReadonlyMap<string, string>>;
}

/** A rotation is followed within this time, well before the fresh key signs. */
const rereadMs = 60_000;
/** A signature costs 80 µs: the codes of so many tickets are remembered, those read last. */
const rememberedMax = 20_000;

type LoadedKey = TicketKey & { readonly signer: KeyObject };

export interface TicketCodesParts {
  readonly bypassingRls: Queryable;
  readonly clock: Clock;
  /** Signs elsewhere than the event loop runs, if left out: when it is done nobody can foretell, as the simulation must. */
  readonly sign?: Sign;
}

/** The Ed25519 signature of these bytes. */
export type Sign = (key: KeyObject, bytes: Uint8Array) => Promise<Uint8Array>;

/** Makes codes when they are read, off the event loop: no sale waits for a signature. */
export function createTicketCodes({ bypassingRls, clock, sign = signOffLoop }: TicketCodesParts) {
  let keys: readonly LoadedKey[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const remembered = new Map<string, string>();

  async function load(): Promise<void> {
    let rows = await readTicketKeys(bypassingRls);
    if (rows.length === 0) {
      await insertTicketKey(bypassingRls, makeTicketKey(0, 0), clock.now());
      rows = await readTicketKeys(bypassingRls);
    }
    keys = rows.map((row) => {
      const known = keys.find(({ keyNo }) => keyNo === row.keyNo);
      const signer =
        known?.signer ?? createPrivateKey({ key: Buffer.from(row.privateKey), format: 'der', type: 'pkcs8' });
      return { ...row, signer };
    });
    readAt = clock.measure();
  }

  async function currentKeys(): Promise<readonly LoadedKey[]> {
    if (clock.measure() - readAt >= rereadMs) {
      reading ??= load().finally(() => {
        reading = undefined;
      });
      await reading;
    }
    return keys;
  }

  async function codeOf(ticket: CodedTicket, key: LoadedKey): Promise<string> {
    const name = `${key.keyNo} ${ticket.issuedAt} ${ticket.ticketId}`;
    const known = remembered.get(name);
    const signed = toSignedBytes({ ...ticket, keyNo: key.keyNo });
    const code = known ?? toCodeText(signed, await sign(key.signer, signed));
    remembered.delete(name);
    remembered.set(name, code);
    if (remembered.size > rememberedMax) remembered.delete(remembered.keys().next().value!);
    return code;
  }

  return {
    async codesOf(tickets: readonly CodedTicket[]): Promise<ReadonlyMap<string, string>> {
      if (tickets.length === 0) return new Map();
      const known = await currentKeys();
      const pairs = tickets.map(async (one) => [one.ticketId, await codeOf(one, keyFor(known, one.issuedAt))] as const);
      return new Map(await Promise.all(pairs));
    },
    /** The keys that hold, in the order in which they begin; what signs with them stays here. */
    publicKeys: async () =>
      (await currentKeys()).map(({ keyNo, publicKey, signsFrom }) => ({ keyNo, publicKey, signsFrom })),
  };
}

function signOffLoop(key: KeyObject, bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    cryptoSign(null, bytes, key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}
