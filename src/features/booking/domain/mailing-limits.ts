import type { AttemptLimits } from '../../../kernel/attempt-limits.ts';

/** By what mails about orders are counted that anybody can have sent: one address or order from one network, from everywhere, one network. */
export type MailingKind = 'pair' | 'target' | 'network';

const windowMs = 15 * 60_000;
const of = (max: number) => ({ max, windowMs, attemptsCount: 'as failed' }) as const;

export const orderMailLimits: AttemptLimits<MailingKind> = { pair: of(5), target: of(10), network: of(200) };
