import type { FastifyReply } from 'fastify';
import type { PurchaseAnswer } from '../../../contract/booking.ts';
import { toIso } from '../../../kernel/instant.ts';
import { readyAnswer, readyText } from '../../../platform/http/ready-answer.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { AnswerOfBefore, DeclinedFacts, PurchaseOutcome, PurchaseRefusal } from '../domain/purchase-outcome.ts';
import { toPurchaseAnswer, withAction } from '../queries/purchase-answer.ts';

/**
 * Answers what a purchase came to: paid 201, open 202; throws {@link Refused} for a declined card and for a refusal, which
 * the table of problems renders. A pure function of the outcome: a repetition answers the same bytes.
 */
export function answerOutcome(reply: FastifyReply, outcome: PurchaseOutcome): PurchaseAnswer {
  switch (outcome.outcome) {
    case 'paid':
      return readyAnswer(reply.code(201), toPurchaseAnswer(outcome.booking));
    case 'open': {
      const answer = toPurchaseAnswer({ ...outcome.booking, transactionId: null, ticketNumbers: [] });
      const { action } = outcome;
      return readyAnswer(reply.code(202), action ? withAction(answer, action) : answer);
    }
    case 'declined':
      return answerDeclined(reply, outcome.declined);
    case 'refused':
      throw new Refused(toFacts(outcome.refusal));
  }
}

function answerDeclined(reply: FastifyReply, declined: DeclinedFacts | AnswerOfBefore): PurchaseAnswer {
  if ('body' in declined) {
    const { status, body } = declined;
    return readyText(reply.code(status), body, status < 400 ? 'application/json' : 'application/problem+json');
  }
  const { traceId, expiresAt, ...facts } = declined;
  throw new Refused({ code: 'PAYMENT_DECLINED', ...facts, expiresAt: toIso(expiresAt) }, traceId);
}

/** A refusal with its instants as the wire has them, also in the sentence that is made of them. */
function toFacts(refusal: PurchaseRefusal) {
  return 'expiresAt' in refusal ? { ...refusal, expiresAt: toIso(refusal.expiresAt) } : refusal;
}
